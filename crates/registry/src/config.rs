//! The program's configuration: command line, environment variables and a TOML file, in this order of precedence.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use guildhall_registry::{
    Config, Mail, NotADatabaseUrl, NotAProvider, NotASmtpServer, Provider, ProviderSettings, SmtpServer,
};
use ipnet::IpNet;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer};

const DATA_DIR: &str = "guildhall-registry-data";
const BIND: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 8480);

/// Options of every command.
#[derive(Args)]
pub(crate) struct Options {
    /// Configuration file (TOML)
    #[arg(long, global = true, value_name = "FILE", env = "GUILDHALL_CONFIG")]
    config: Option<PathBuf>,
    /// The folder for all of the registry's data, created if missing [default: guildhall-registry-data]
    #[arg(long, global = true, value_name = "DIR", env = "GUILDHALL_REGISTRY_DATA_DIR")]
    data_dir: Option<PathBuf>,
    /// The file with the key that seals second factors, created if missing [default: second-factor.key in the data
    /// folder]
    #[arg(long, global = true, value_name = "FILE", env = "GUILDHALL_SECOND_FACTOR_KEY_FILE")]
    second_factor_key_file: Option<PathBuf>,
    /// The earlier name of the data folder. The app reads this variable too, so a machine with both would use one
    /// folder for both.
    #[arg(long, hide = true, value_name = "DIR", env = "GUILDHALL_DATA_DIR")]
    old_data_dir: Option<PathBuf>,
    /// The PostgreSQL database for the records, instead of a file in the data folder
    // Parsed later: clap repeats a value that it cannot parse, and this one may contain a password.
    #[arg(long, global = true, value_name = "URL", env = "GUILDHALL_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
}

/// Options of `serve`.
#[derive(Args, Default)]
pub(crate) struct ServeOptions {
    /// The address to listen on; port 0 takes a free one [default: 127.0.0.1:8480]
    #[arg(long, env = "GUILDHALL_BIND")]
    bind: Option<SocketAddr>,
    /// The address for Prometheus metrics: only those who monitor the registry should be able to reach it
    #[arg(long, value_name = "ADDRESS:PORT", env = "GUILDHALL_METRICS_BIND")]
    metrics_bind: Option<SocketAddr>,
    /// How to send email: print it, write each one to a file in `mail` in the data folder, or use a mail server
    /// [default: console]
    #[arg(long, value_enum, env = "GUILDHALL_MAIL")]
    mail: Option<MailChoice>,
    /// The mail server, as smtps://USER:PASSWORD@HOST or smtp://HOST?tls=required
    #[arg(long, value_name = "URL", env = "GUILDHALL_SMTP_URL", hide_env_values = true)]
    smtp_url: Option<String>,
    /// Sender of emails, for example: Guildhall <guildhall@example.org>
    #[arg(long, value_name = "SENDER", env = "GUILDHALL_MAIL_FROM")]
    mail_from: Option<String>,
    /// Trusted proxy (network or address). Repeat for each
    #[arg(
        long = "trusted-proxy",
        value_name = "NETWORK",
        env = "GUILDHALL_TRUSTED_PROXIES",
        value_delimiter = ',',
        value_parser = network
    )]
    trusted_proxies: Vec<IpNet>,
}

#[derive(Clone, Copy, Debug, ValueEnum, Deserialize)]
#[serde(rename_all = "lowercase")]
enum MailChoice {
    Console,
    File,
    Smtp,
}

/// The TOML file.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct ConfigFile {
    /// Relative to the file's own folder.
    data_dir: Option<PathBuf>,
    database_url: Option<String>,
    /// A file with the URL, relative to this file's folder, so that its password can have stricter permissions.
    database_url_file: Option<PathBuf>,
    /// Relative to the file's own folder.
    second_factor_key_file: Option<PathBuf>,
    bind: Option<SocketAddr>,
    metrics_bind: Option<SocketAddr>,
    mail: Option<MailChoice>,
    smtp_url: Option<String>,
    /// A file with the URL, relative to this file's folder, so that its password can have stricter permissions.
    smtp_url_file: Option<PathBuf>,
    mail_from: Option<String>,
    #[serde(default, deserialize_with = "networks")]
    trusted_proxies: Vec<IpNet>,
    openid: Option<OpenIdTable>,
    #[serde(skip)]
    secret_files: Vec<PathBuf>,
}

/// The `[openid]` table: a provider to sign in with, besides codes by email.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OpenIdTable {
    name: String,
    issuer: String,
    client_id: String,
    /// Relative to the file's own folder.
    client_secret_file: PathBuf,
    address: String,
    /// The values of the provider's claims `amr` and `acr` that mean that a second factor was used.
    #[serde(default)]
    second_factor_amr: Vec<String>,
    #[serde(default)]
    second_factor_acr: Vec<String>,
}

/// The complete configuration, with defaults filled in.
pub(crate) struct Configuration {
    /// How to open the registry.
    pub(crate) registry: Config,
    /// The address to listen on.
    pub(crate) bind: SocketAddr,
    /// The address for metrics; `None` for no metrics.
    pub(crate) metrics_bind: Option<SocketAddr>,
    /// The files that a secret was read from.
    secret_files: Vec<PathBuf>,
}

/// Why the configuration is invalid.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ConfigurationError {
    #[error("{} cannot be read: {reason}", .file.display())]
    Unreadable { file: PathBuf, reason: io::Error },
    #[error("{}, line {line}: {reason}", .file.display())]
    Malformed { file: PathBuf, line: usize, reason: String },
    #[error("{} sets both {name} and {name}_file: keep one of them", .file.display())]
    SaidTwice { file: PathBuf, name: &'static str },
    #[error("mail = smtp needs smtp_url and mail_from")]
    NoServer,
    #[error(transparent)]
    Smtp(#[from] NotASmtpServer),
    #[error(transparent)]
    Provider(#[from] NotAProvider),
    #[error("the database URL cannot be used: {0}")]
    DatabaseUrl(#[from] NotADatabaseUrl),
}

impl Configuration {
    /// Merges the sources by precedence.
    pub(crate) fn of(options: Options, serve: &ServeOptions) -> Result<Self, ConfigurationError> {
        let mut file = options.config.as_deref().map(ConfigFile::read).transpose()?.unwrap_or_default();
        let provider = file.openid.take().as_ref().map(OpenIdTable::provider).transpose()?;
        let database_url = options.database_url.or(file.database_url).map(|url| url.parse()).transpose()?;
        if let (None, Some(old)) = (&options.data_dir, &options.old_data_dir) {
            tracing::warn!(
                folder = %old.display(),
                "GUILDHALL_DATA_DIR is the app's from now on: say GUILDHALL_REGISTRY_DATA_DIR for the registry's folder"
            );
        }
        let named = options.data_dir.or(options.old_data_dir).or(file.data_dir);
        let data_dir = named.unwrap_or_else(|| DATA_DIR.into());
        let mail = match serve.mail.or(file.mail).unwrap_or(MailChoice::Console) {
            MailChoice::Console => Mail::Console,
            MailChoice::File => Mail::File(data_dir.join("mail")),
            MailChoice::Smtp => {
                let url = serve.smtp_url.as_ref().or(file.smtp_url.as_ref());
                let from = serve.mail_from.as_ref().or(file.mail_from.as_ref());
                let (url, from) = url.zip(from).ok_or(ConfigurationError::NoServer)?;
                Mail::Smtp(Box::new(SmtpServer::new(url, from)?))
            }
        };
        let proxies = &serve.trusted_proxies;
        let trusted_proxies = if proxies.is_empty() { file.trusted_proxies } else { proxies.clone() };
        let factor_key_file = options.second_factor_key_file.or(file.second_factor_key_file);
        let registry = Config {
            mail,
            provider,
            database_url,
            trusted_proxies,
            factor_key_file,
            ..Config::new(data_dir)
        };
        let (bind, metrics_bind) = (serve.bind.or(file.bind), serve.metrics_bind.or(file.metrics_bind));
        Ok(Self { registry, bind: bind.unwrap_or(BIND), metrics_bind, secret_files: file.secret_files })
    }

    /// A warning for each file with a secret that anyone on this machine can read.
    pub(crate) fn open_secrets(&self) -> Vec<String> {
        let open = self.secret_files.iter().filter(|file| is_open_to_all(file));
        let sentence = |file: &PathBuf| {
            let file = file.display();
            format!(
                "{file} holds a secret, and anyone on this machine can read it: have its owner run `chmod o= {file}`"
            )
        };
        open.map(sentence).collect()
    }
}

impl fmt::Display for Configuration {
    /// One setting per line, without secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Config { data_dir, mail, provider, database_url, .. } = &self.registry;
        writeln!(f, "data folder: {}", data_dir.display())?;
        match database_url {
            Some(url) => writeln!(f, "database: {url:?}")?,
            None => writeln!(f, "database: {}", data_dir.join("registry.db").display())?,
        }
        writeln!(f, "listens on: {}", self.bind)?;
        if let Some(address) = self.metrics_bind {
            writeln!(f, "metrics on: {address}")?;
        }
        match mail {
            Mail::Console => write!(f, "mail: printed")?,
            Mail::File(folder) => write!(f, "mail: files in {}", folder.display())?,
            Mail::Smtp(server) => write!(f, "mail: {server:?}")?,
        }
        match provider {
            Some(provider) => write!(f, "\nsign in with: {provider}"),
            None => Ok(()),
        }
    }
}

impl ConfigFile {
    fn read(file: &Path) -> Result<Self, ConfigurationError> {
        let text = read(file)?;
        // Only line and message: the excerpt that the error shows may contain a password.
        let mut config: Self = toml::from_str(&text).map_err(|error| ConfigurationError::Malformed {
            file: file.to_owned(),
            line: 1 + text[..error.span().map_or(0, |span| span.start)].matches('\n').count(),
            reason: error.message().to_owned(),
        })?;
        let folder = file.parent().unwrap_or(Path::new(""));
        if config.database_url.is_some() || config.smtp_url.is_some() {
            config.secret_files.push(file.to_owned());
        }
        config.data_dir = config.data_dir.map(|dir| folder.join(dir));
        config.second_factor_key_file = config.second_factor_key_file.map(|file| folder.join(file));
        let from_files = [
            ("database_url", &mut config.database_url, config.database_url_file.take()),
            ("smtp_url", &mut config.smtp_url, config.smtp_url_file.take()),
        ];
        for (name, said, in_file) in from_files {
            let Some(in_file) = in_file else { continue };
            if said.is_some() {
                return Err(ConfigurationError::SaidTwice { file: file.to_owned(), name });
            }
            let in_file = folder.join(in_file);
            *said = Some(read(&in_file)?.trim().to_owned());
            config.secret_files.push(in_file);
        }
        if let Some(openid) = &mut config.openid {
            openid.client_secret_file = folder.join(&openid.client_secret_file);
            config.secret_files.push(openid.client_secret_file.clone());
        }
        Ok(config)
    }
}

impl OpenIdTable {
    fn provider(&self) -> Result<Provider, ConfigurationError> {
        let Self { name, issuer, client_id, client_secret_file, address, .. } = self;
        let client_secret = read(client_secret_file)?;
        let client_secret = client_secret.trim();
        Ok(Provider::new(&ProviderSettings {
            name,
            issuer,
            client_id,
            client_secret,
            address,
            second_factor_amr: &self.second_factor_amr,
            second_factor_acr: &self.second_factor_acr,
        })?)
    }
}

/// A network, or an address on its own.
fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    let network = text.parse::<IpNet>().ok().or_else(|| text.parse::<IpAddr>().ok().map(IpNet::from));
    network.ok_or_else(|| format!("{text} is not an address or a network such as 10.0.0.0/8"))
}

fn networks<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    texts.iter().map(|text| network(text).map_err(D::Error::custom)).collect()
}

/// Access by the group is fine: it may be the group of the registry's own user.
#[cfg(unix)]
fn is_open_to_all(file: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().is_ok_and(|metadata| metadata.permissions().mode() & 0o007 != 0)
}

/// On Windows a file has its folder's permissions.
#[cfg(not(unix))]
fn is_open_to_all(_: &Path) -> bool {
    false
}

fn read(file: &Path) -> Result<String, ConfigurationError> {
    std::fs::read_to_string(file)
        .map_err(|reason| ConfigurationError::Unreadable { file: file.to_owned(), reason })
}

#[cfg(test)]
mod tests {
    use super::*;

    const NO_OPTIONS: Options = Options {
        config: None,
        data_dir: None,
        old_data_dir: None,
        database_url: None,
        second_factor_key_file: None,
    };

    const OPENID: &str = "[openid]\nname = \"Example\"\nissuer = \"https://id.example\"\nclient_id = \"guildhall\"\n\
                          client_secret_file = \"url\"\naddress = \"https://registry.example\"\n";

    fn with(text: &str, options: Options) -> Result<String, String> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("registry.toml");
        std::fs::write(&file, text).unwrap();
        std::fs::write(
            folder.path().join("url"),
            "postgres://guildhall:hunter2@db.example/guildhall?sslmode=verify-full\n",
        )
        .unwrap();
        let options = Options { config: Some(file), ..options };
        let here = format!("{}/", folder.path().display());
        let told = Configuration::of(options, &ServeOptions::default());
        told.map(|told| told.to_string().replace(&here, ""))
            .map_err(|error| error.to_string().replace(&here, ""))
    }

    #[test]
    fn a_proxy_is_an_address_or_a_network() {
        for (text, is_one) in [("127.0.0.1", true), ("10.0.0.0/8", true), ("::1", true), ("proxy", false)] {
            let told = with(&format!("trusted_proxies = [\"{text}\"]"), NO_OPTIONS);
            assert_eq!(told.is_ok(), is_one, "{told:?}");
            assert_eq!(network(text).is_ok(), is_one, "{text}");
        }
    }

    #[test]
    fn a_file_says_what_the_command_line_does_not() {
        let file = "data_dir = \"data\"\nbind = \"127.0.0.1:9000\"\nmail = \"file\"\n";
        let told = with(file, NO_OPTIONS).unwrap();
        assert_eq!(
            told,
            "data folder: data\ndatabase: data/registry.db\nlistens on: 127.0.0.1:9000\nmail: files in data/mail"
        );
        let told = with(file, Options { data_dir: Some("other".into()), ..NO_OPTIONS }).unwrap();
        assert!(told.starts_with("data folder: other\n"), "{told}");
        let told = with("database_url_file = \"url\"", NO_OPTIONS).unwrap();
        assert!(told.contains("database: postgres://…@db.example/guildhall\n"), "{told}");
        let file =
            "mail = \"smtp\"\nmail_from = \"Guildhall <hall@council.example>\"\nsmtp_url_file = \"url\"\n";
        let told = with(&file.replace("_file = \"url\"", " = \"smtps://a:hunter2@b\""), NO_OPTIONS).unwrap();
        assert!(told.ends_with("mail: a server, from Guildhall <hall@council.example>"), "{told}");
        let told = with(OPENID, NO_OPTIONS).unwrap();
        assert!(told.ends_with("mail: printed\nsign in with: Example (https://id.example)"), "{told}");
        let told = Configuration::of(NO_OPTIONS, &ServeOptions::default()).unwrap();
        assert_eq!(told.bind, BIND);
    }

    #[test]
    fn a_bad_setting_is_told_by_place_without_secrets() {
        for (file, says) in [
            ("bind = \"127.0.0.1:1\"\nprot = 80\n", "registry.toml, line 2: unknown field `prot`"),
            ("database_url = \"postgres://a:hunter2@b/c\n", "registry.toml, line 1: "),
            (
                "database_url = \"mysql://a:hunter2@b/c\"",
                "the database URL cannot be used: it is postgres://",
            ),
            ("database_url = \"postgres://b/c\"\ndatabase_url_file = \"url\"", "sets both"),
            ("database_url = \"postgres://a:hunter2@b/c\"", "end the URL with ?sslmode=verify-full"),
            ("database_url = \"postgres://a:hunter2@b/c?sslmode=prefer\"", "on another machine"),
            (
                "mail = \"smtp\"\nmail_from = \"x@y.example\"\nsmtp_url = \"smtp://a:hunter2@b\"",
                "the mail server is on another machine",
            ),
            ("database_url_file = \"none\"", "none cannot be read: "),
            (
                "mail = \"smtp\"\nsmtp_url = \"smtps://a:hunter2@b\"",
                "mail = smtp needs smtp_url and mail_from",
            ),
            (
                "mail = \"smtp\"\nmail_from = \"x@y.example\"\nsmtp_url = \"ftp://a:hunter2@b\"",
                "server's URL cannot be used",
            ),
            (
                "mail = \"smtp\"\nmail_from = \"nobody\"\nsmtp_url = \"smtps://a:hunter2@b\"",
                "the sender cannot be used",
            ),
            (&OPENID.replace("https://id", "http://id"), "openid.issuer must be an https address"),
            (&OPENID.replace("\"url\"", "\"none\""), "none cannot be read: "),
            ("[openid]\nname = \"Example\"\n", "registry.toml, line 1: missing field `issuer`"),
        ] {
            let told = with(file, NO_OPTIONS).unwrap_err();
            assert!(told.contains(says) && !told.contains("hunter2"), "{file}: {told}");
        }
    }
}
