//! `cargo xtask run`: the app with its own registry and the sample data. All data stay in target/run, so that the next
//! run continues from there.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::Args;

use crate::headless::Session;
use crate::machine::{self, Purpose};
use crate::picture::Picture;
use crate::products;
use crate::steps::{BackgroundProcess, command, output_of, run as run_step, say, target, tied};

/// A person in the sample data of `guildhall-registry sample`.
const SAMPLE_PERSON: &str = "sam.digital@barchester.example";

#[derive(Args)]
pub struct Options {
    /// The sample person who is signed in
    #[arg(long = "as", value_name = "EMAIL", default_value = SAMPLE_PERSON, conflicts_with_all = ["fresh", "registry"])]
    email: String,
    /// Start as a new user: with nothing on this laptop, and not signed in
    #[arg(long)]
    fresh: bool,
    /// Only open the app, with this registry
    #[arg(long, value_name = "URL")]
    registry: Option<String>,
    /// The window's size
    #[arg(long, value_name = "WxH", default_value = "1280x800", value_parser = size)]
    size: String,
    /// Exit once the window has settled (the default where CI is set)
    #[arg(long)]
    once: bool,
}

/// Builds everything, starts the registry and opens the window. Returns when the window closes.
pub fn run(options: &Options) -> Result<()> {
    let headless =
        ["DISPLAY", "WAYLAND_DISPLAY"].iter().all(|name| std::env::var_os(name).is_none_or(|v| v.is_empty()));
    machine::install_tools(if headless { Purpose::Headless } else { Purpose::Build })?;
    products::build()?;

    let dir = target().join("run");
    fs::create_dir_all(&dir)?;
    let mut app = tied(products::app());
    app.env("GUILDHALL_WINDOW_SIZE", &options.size);

    let _registry = match &options.registry {
        Some(url) => {
            app.env("GUILDHALL_REGISTRY", url);
            None
        }
        None => Some(sample_registry(&dir, &mut app, (!options.fresh).then_some(&options.email))?),
    };
    app.env("GUILDHALL_DATA_DIR", laptop(&dir, options)?);

    if headless {
        let session = Session::start(&dir.join("session"), &options.size)?;
        let once = options.once || std::env::var_os("CI").is_some();
        let picture = Picture::at(dir.join("window.png"));
        say("No display here: opening the window on a virtual one");
        watch(BackgroundProcess::start(session.enter(&mut app))?, &session, picture, once)
    } else {
        say("Opening the window");
        ended(BackgroundProcess::start(&mut app)?.wait()?)
    }
}

/// The folder that represents the person's laptop.
fn laptop(dir: &Path, options: &Options) -> Result<PathBuf> {
    let laptops = dir.join("laptops");
    let name = match &options.registry {
        _ if options.fresh => "fresh",
        Some(_) => "own-registry",
        None => &options.email,
    };
    let laptop = laptops.join(name);
    if options.fresh && laptop.exists() {
        fs::remove_dir_all(&laptop)?;
    }
    Ok(laptop)
}

/// Starts the registry with the sample data, and passes its address to the app.
fn sample_registry(dir: &Path, app: &mut Command, email: Option<&String>) -> Result<BackgroundProcess> {
    let data = dir.join("registry");
    let registry = || {
        let mut registry = command(products::registry());
        registry.arg("--data-dir").arg(&data);
        registry
    };
    say("Starting a registry with the sample data");
    run_step(registry().arg("sample").stdout(Stdio::null()))?;

    // The app stores data by the registry's address, so each run uses the last address if its port is free.
    let remembered = dir.join("registry-address");
    let log = dir.join("registry.log");
    let last = fs::read_to_string(&remembered).unwrap_or_default();
    let (serving, url) = match serve(&data, last.trim(), &log) {
        Ok(serving) if !last.is_empty() => serving,
        _ => serve(&data, "127.0.0.1:0", &log)?,
    };
    fs::write(&remembered, url.trim_start_matches("http://"))?;
    println!("{url} (its log: {})", log.display());
    println!("What it would email, a code to sign in with, is shown here.");

    app.env("GUILDHALL_REGISTRY", &url);
    if let Some(email) = email {
        let said = output_of(registry().args(["auth", "issue-code", email]))?;
        let code = said.trim().lines().last().context("the registry gave no code")?;
        app.env("GUILDHALL_SIGN_IN", format!("{email}:{code}"));
    }
    Ok(serving)
}

fn serve(data: &Path, address: &str, log: &Path) -> Result<(BackgroundProcess, String)> {
    let mut serving = BackgroundProcess::start(
        tied(products::registry())
            .arg("--data-dir")
            .arg(data)
            .args(["serve", "--bind", address])
            .stdout(Stdio::piped())
            .stderr(File::create(log)?),
    )?;
    let mut lines = BufReader::new(serving.stdout()?).lines();
    let said = lines
        .by_ref()
        .map_while(Result::ok)
        .find_map(|line| Some(line.strip_prefix("listening on ")?.to_owned()));
    let Some(url) = said else {
        bail!("the registry did not start; {} says why", log.display());
    };
    // From now on it prints its emails: the codes for signing in.
    thread::spawn(move || lines.map_while(Result::ok).for_each(|line| println!("{line}")));
    Ok((serving, url))
}

/// Updates the screenshot until the window closes or, with `once`, has settled.
fn watch(mut app: BackgroundProcess, session: &Session, mut picture: Picture, once: bool) -> Result<()> {
    loop {
        if let Some(status) = app.ended()? {
            return ended(status);
        }
        if picture.take(session)? {
            println!("A picture of the window: {}", picture.place());
            if once {
                return Ok(());
            }
            println!("It is taken anew every two seconds. Ctrl+C ends everything.");
        }
        thread::sleep(Duration::from_secs(2));
    }
}

fn ended(status: std::process::ExitStatus) -> Result<()> {
    if !status.success() {
        bail!("the app ended with {status}");
    }
    Ok(())
}

fn size(text: &str) -> Result<String, String> {
    let fits = |side: &str| side.parse::<u16>().is_ok_and(|side| side >= 200);
    match text.split_once('x') {
        Some((width, height)) if fits(width) && fits(height) => Ok(text.to_owned()),
        _ => Err("give it as 1280x800".to_owned()),
    }
}
