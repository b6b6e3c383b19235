//! How the program is told where things are: on the command line, in its environment, or in a TOML file. What comes
//! first in this order counts.

use std::fmt;
use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use guildhall_registry::{Config, Mail, NotADatabaseUrl};
use serde::Deserialize;

const DATA_DIR: &str = "guildhall-registry-data";
const BIND: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8480);

/// What every command can be told.
#[derive(Args)]
pub(crate) struct Options {
    /// The TOML file that says what is not said here
    #[arg(long, global = true, value_name = "FILE", env = "GUILDHALL_CONFIG")]
    config: Option<PathBuf>,
    /// The folder that has everything the registry keeps; made where there is none [default: guildhall-registry-data]
    #[arg(long, global = true, value_name = "DIR", env = "GUILDHALL_DATA_DIR")]
    data_dir: Option<PathBuf>,
    /// The PostgreSQL that has the records, instead of a file in the folder
    // A text, as a value that can't be parsed is shown as it is, and this one may have a password.
    #[arg(long, global = true, value_name = "URL", env = "GUILDHALL_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
}

/// What serving can be told besides.
#[derive(Args, Default)]
pub(crate) struct ServeOptions {
    /// The address to listen on; port 0 takes a free one [default: 127.0.0.1:8480]
    #[arg(long, env = "GUILDHALL_BIND")]
    bind: Option<SocketAddr>,
    /// How sign-in codes are sent: printed, or a file each in the data folder's `mail` [default: console]
    #[arg(long, value_enum, env = "GUILDHALL_MAIL")]
    mail: Option<MailChoice>,
}

#[derive(Clone, Copy, Debug, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
enum MailChoice {
    Console,
    File,
}

/// The file.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    /// Relative to the file's own folder.
    data_dir: Option<PathBuf>,
    database_url: Option<String>,
    /// The file that has it, relative to this one's folder: for a password that few may read.
    database_url_file: Option<PathBuf>,
    bind: Option<SocketAddr>,
    mail: Option<MailChoice>,
}

/// All that was said, with what stands in for the rest.
pub(crate) struct Configuration {
    /// How the registry is opened.
    pub(crate) registry: Config,
    /// Where it listens.
    pub(crate) bind: SocketAddr,
}

/// Why it can't be told so.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigurationError {
    #[error("{} can't be read: {reason}", .file.display())]
    Unreadable { file: PathBuf, reason: io::Error },
    #[error("{}, line {line}: {reason}", .file.display())]
    Malformed { file: PathBuf, line: usize, reason: String },
    #[error("{} has both database_url and database_url_file: say one of them", .0.display())]
    SaidTwice(PathBuf),
    #[error("the database URL can't be used: {0}")]
    DatabaseUrl(#[from] NotADatabaseUrl),
}

impl Configuration {
    /// Puts together what was said where.
    pub(crate) fn of(options: Options, serve: &ServeOptions) -> Result<Self, ConfigurationError> {
        let file = options.config.as_deref().map(ConfigFile::read).transpose()?.unwrap_or_default();
        let database_url = options.database_url.or(file.database_url).map(|url| url.parse()).transpose()?;
        let data_dir = options.data_dir.or(file.data_dir).unwrap_or_else(|| DATA_DIR.into());
        let mail = match serve.mail.or(file.mail).unwrap_or(MailChoice::Console) {
            MailChoice::Console => Mail::Console,
            MailChoice::File => Mail::File(data_dir.join("mail")),
        };
        let registry = Config { mail, database_url, ..Config::new(data_dir) };
        Ok(Self { registry, bind: serve.bind.or(file.bind).unwrap_or(BIND) })
    }
}

impl fmt::Display for Configuration {
    /// One a line, and no secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Config { data_dir, mail, database_url, .. } = &self.registry;
        writeln!(f, "data folder: {}", data_dir.display())?;
        match database_url {
            Some(url) => writeln!(f, "database: {url:?}")?,
            None => writeln!(f, "database: {}", data_dir.join("registry.db").display())?,
        }
        writeln!(f, "listens on: {}", self.bind)?;
        match mail {
            Mail::Console => write!(f, "mail: printed"),
            Mail::File(folder) => write!(f, "mail: files in {}", folder.display()),
        }
    }
}

impl ConfigFile {
    fn read(file: &Path) -> Result<Self, ConfigurationError> {
        let text = read(file)?;
        // What the error shows of the file may have a password in it.
        let mut config: Self = toml::from_str(&text).map_err(|error| ConfigurationError::Malformed {
            file: file.to_owned(),
            line: 1 + text[..error.span().map_or(0, |span| span.start)].matches('\n').count(),
            reason: error.message().to_owned(),
        })?;
        let folder = file.parent().unwrap_or(Path::new(""));
        config.data_dir = config.data_dir.map(|dir| folder.join(dir));
        if let Some(url_file) = config.database_url_file.take() {
            if config.database_url.is_some() {
                return Err(ConfigurationError::SaidTwice(file.to_owned()));
            }
            config.database_url = Some(read(&folder.join(url_file))?.trim().to_owned());
        }
        Ok(config)
    }
}

fn read(file: &Path) -> Result<String, ConfigurationError> {
    std::fs::read_to_string(file)
        .map_err(|reason| ConfigurationError::Unreadable { file: file.to_owned(), reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLD_NOTHING: Options = Options { config: None, data_dir: None, database_url: None };

    fn with(text: &str, options: Options) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("registry.toml");
        std::fs::write(&file, text).unwrap();
        std::fs::write(folder.path().join("url"), "postgres://guildhall:hunter2@db.example/guildhall\n")
            .unwrap();
        let options = Options { config: Some(file), ..options };
        let here = format!("{}/", folder.path().display());
        let told = Configuration::of(options, &ServeOptions::default());
        told.map(|told| told.to_string().replace(&here, ""))
            .map_err(|error| error.to_string().replace(&here, ""))
    }

    #[test]
    fn a_file_says_what_the_command_line_does_not() {
        let file = "data_dir = \"data\"\nbind = \"127.0.0.1:9000\"\nmail = \"file\"\n";
        let told = with(file, TOLD_NOTHING).unwrap();
        assert_eq!(
            told,
            "data folder: data\ndatabase: data/registry.db\nlistens on: 127.0.0.1:9000\nmail: files in data/mail"
        );
        let told = with(file, Options { data_dir: Some("other".into()), ..TOLD_NOTHING }).unwrap();
        assert!(told.starts_with("data folder: other\n"), "{told}");
        let told = with("database_url_file = \"url\"", TOLD_NOTHING).unwrap();
        assert!(told.contains("database: postgres://…@db.example/guildhall\n"), "{told}");
        let told = Configuration::of(TOLD_NOTHING, &ServeOptions::default()).unwrap();
        assert_eq!(told.bind, BIND);
    }

    #[test]
    fn what_can_not_be_used_is_told_with_its_place_and_without_a_secret() {
        for (file, says) in [
            ("bind = \"127.0.0.1:1\"\nprot = 80\n", "registry.toml, line 2: unknown field `prot`"),
            ("database_url = \"postgres://a:hunter2@b/c\n", "registry.toml, line 1: "),
            ("database_url = \"mysql://a:hunter2@b/c\"", "the database URL can't be used: it is postgres://"),
            ("database_url = \"postgres://b/c\"\ndatabase_url_file = \"url\"", "has both"),
            ("database_url_file = \"none\"", "none can't be read: "),
        ] {
            let told = with(file, TOLD_NOTHING).unwrap_err();
            assert!(told.contains(says) && !told.contains("hunter2"), "{file}: {told}");
        }
    }
}
