//! The commands. Each opens the registry, calls one of its functions and prints the result. Results go to standard
//! output; logs and errors go to standard error.

mod importing;

use std::io::{IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use clap::{Parser, Subcommand};
use guildhall_protocol::CouncilCode;
use guildhall_protocol::routes::READYZ;
use guildhall_registry::{
    Config, Contents, Env, History, Reach, Registry, Setting, check_address, open, printable, restore,
    sample_people, serve, verify,
};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;
use url::Url;

use self::importing::Import;
use crate::config::{Configuration, Options, ServeOptions};

/// The shared server that councils sync with.
#[derive(Parser)]
#[command(name = "guildhall-registry", version)]
pub(crate) struct CommandLine {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer requests until Ctrl+C or SIGTERM
    Serve(ServeOptions),
    /// Check that a running registry is ready (for containers and timers)
    Healthcheck {
        /// The registry's address
        #[arg(long, default_value = "http://127.0.0.1:8480")]
        url: Url,
    },
    /// Check the configuration
    #[command(subcommand)]
    Config(ConfigCommand),
    /// Import councils, services or projects from a file, or a whole exported registry
    #[command(subcommand)]
    Import(Import),
    /// Fill the registry with fictional councils and projects
    Sample,
    /// Add made-up councils and projects, for trying out and measuring
    Generate {
        /// How many projects
        #[arg(long)]
        projects: usize,
        /// Seed: the same seed gives the same data
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Let people with an address at a domain act for a council
    #[command(subcommand)]
    Domains(Domains),
    /// Add a lead to a council
    #[command(subcommand)]
    Leads(Leads),
    /// Add or remove coordinators, who help all councils
    #[command(subcommand)]
    Coordinators(Coordinators),
    /// Issue sign-in codes
    #[command(subcommand)]
    Auth(Auth),
    /// Reset second factors
    #[command(subcommand)]
    SecondFactor(SecondFactor),
    /// Set the registry's name, operator, contact, privacy notice and terms
    #[command(subcommand)]
    Settings(Settings),
    /// Write everything to one new file while the registry runs
    Backup {
        /// The new file. It will contain people's email addresses
        file: PathBuf,
    },
    /// Restore a backup into a new folder or an empty database
    Restore {
        /// The backup
        file: PathBuf,
        /// Only check that it can be restored, and keep nothing
        #[arg(long)]
        verify: bool,
    },
    /// Write a whole registry, which must be stopped, to a file, to continue from it elsewhere
    Export {
        /// The new file. It will contain people's email addresses
        file: PathBuf,
    },
    /// Bring the database up to date, as every command does
    Migrate,
    /// Check the database for errors
    Doctor,
    /// Make every laptop download everything again. Run this after restoring registry.db by hand
    NewHistory,
}

#[derive(Subcommand)]
enum ConfigCommand {
    /// Show the configuration, or what is wrong with it. Nothing is opened
    Check(ServeOptions),
}

#[derive(Subcommand)]
enum Domains {
    /// Let people with an address at exactly DOMAIN act for a council
    Add {
        /// For example barchester.example
        domain: String,
        /// The council's local-authority-code, for example BCH
        council_code: CouncilCode,
        /// Also count addresses at its subdomains, such as mail.barchester.example
        #[arg(long)]
        below: bool,
        /// Add it even if anyone can get an address there (a public suffix or an email provider)
        #[arg(long)]
        anyway: bool,
    },
    /// Stop letting people with an address at DOMAIN act for a council
    Remove {
        /// For example barchester.example
        domain: String,
        /// The council's local-authority-code, for example BCH
        council_code: CouncilCode,
    },
}

#[derive(Subcommand)]
enum Leads {
    /// Make a person a lead of a council: to start the council, or to recover it
    Add {
        /// The address
        email: String,
        /// The council's local-authority-code, for example BCH
        council_code: CouncilCode,
    },
}

#[derive(Subcommand)]
enum Coordinators {
    /// Make a person a coordinator
    Add {
        /// The address
        email: String,
    },
    /// Remove a coordinator
    Remove {
        /// The address
        email: String,
    },
}

#[derive(Subcommand)]
enum Auth {
    /// Print a code that signs in with this address; it lasts 10 minutes
    IssueCode {
        /// The address
        email: String,
    },
}

#[derive(Subcommand)]
enum SecondFactor {
    /// Remove the second factor of someone who has lost it and their recovery codes: a code by email signs them in again
    Reset {
        /// The address
        email: String,
    },
}

#[derive(Subcommand)]
enum Settings {
    /// Change a setting
    Set {
        /// The setting's name
        #[arg(value_parser = setting)]
        name: Setting,
        /// The new value; - reads it from standard input
        value: String,
    },
}

fn setting(name: &str) -> Result<Setting, String> {
    let found = Setting::ALL.into_iter().find(|setting| setting.as_str() == name);
    found.ok_or_else(|| {
        let all: Vec<&str> = Setting::ALL.into_iter().map(Setting::as_str).collect();
        format!("the settings are {}", all.join(", "))
    })
}

/// Runs the command and returns the exit code.
pub(crate) async fn run(CommandLine { options, command }: CommandLine) -> Result<ExitCode> {
    log_to_stderr();
    match command {
        Command::Serve(told) => {
            let told = Configuration::of(options, &told)?;
            for open in told.open_secrets() {
                tracing::warn!("{open}");
            }
            serve_on(told).await.map(well)
        }
        Command::Healthcheck { url } => check_health(&url).await.map(well),
        Command::Config(ConfigCommand::Check(told)) => {
            let told = Configuration::of(options, &told)?;
            say(&told)?;
            check_address(told.bind, &told.registry.mail)?;
            let open = told.open_secrets();
            ensure!(open.is_empty(), "{}", open.join("\n"));
            Ok(ExitCode::SUCCESS)
        }
        command => {
            let told = Configuration::of(options, &ServeOptions::default())?;
            run_in(told.registry, command).await
        }
    }
}

fn well((): ()) -> ExitCode {
    ExitCode::SUCCESS
}

async fn run_in(config: Config, command: Command) -> Result<ExitCode> {
    let env = Env::real();
    match command {
        Command::Restore { file, verify: true, .. } => {
            let Contents { rows, seq } = verify(&env, &file).await?;
            say(format_args!("This backup can be restored: {rows} rows, up to change {seq}.")).map(well)
        }
        Command::Restore { file, .. } => {
            restore_file(&config, &env, &file, History::New, "Restored").await.map(well)
        }
        Command::Import(Import::Registry { file }) => {
            restore_file(&config, &env, &file, History::Same, "Imported").await.map(well)
        }
        command => {
            let registry = open(config, env).await?;
            let done = run_on(&registry, command).await;
            registry.close().await;
            done
        }
    }
}

/// Restores a backup or an exported registry.
async fn restore_file(config: &Config, env: &Env, file: &Path, history: History, done: &str) -> Result<()> {
    let Contents { rows, seq } = restore(config, env, file, history).await?;
    say(format_args!("{done}: {rows} rows, up to change {seq}."))
}

async fn run_on(registry: &Registry, command: Command) -> Result<ExitCode> {
    let done: Result<()> = match command {
        // `Migrate` is done by opening the registry; the others are handled above.
        Command::Migrate
        | Command::Serve(_)
        | Command::Healthcheck { .. }
        | Command::Config(_)
        | Command::Restore { .. } => Ok(()),
        Command::Import(import) => return importing::run(registry, import).await,
        Command::Sample => {
            let tally = registry.sample().await?;
            for (email, council) in sample_people() {
                say(format_args!("{email}  {council}"))?;
            }
            tracing::info!(new = tally.new, unchanged = tally.unchanged, "sample added");
            Ok(())
        }
        Command::Generate { projects, seed } => {
            let made = registry.generate(projects, seed).await?;
            for (code, domain) in &made.councils {
                say(format_args!("{code}  {domain}"))?;
            }
            tracing::info!(new = made.tally.new, unchanged = made.tally.unchanged, "records generated");
            Ok(())
        }
        Command::Domains(Domains::Add { domain, council_code, below, anyway }) => {
            let reach = Reach { below, anyway };
            let added = registry.add_domain_reaching(&domain, &council_code, reach).await?;
            let already = if added { "" } else { " already" };
            say(format_args!("{domain} belongs to {council_code}{already}"))
        }
        Command::Domains(Domains::Remove { domain, council_code }) => {
            let removed = registry.remove_domain(&domain, &council_code).await?;
            let never = if removed { "no longer belongs" } else { "did not belong" };
            say(format_args!("{domain} {never} to {council_code}"))
        }
        Command::Leads(Leads::Add { email, council_code }) => {
            let added = registry.add_lead(&email, &council_code).await?;
            say(format_args!("{email} {} {council_code}", if added { "leads" } else { "already leads" }))
        }
        Command::Coordinators(Coordinators::Add { email }) => {
            let added = registry.set_coordinator(&email, true).await?;
            say(format_args!("{email} is {}a coordinator", if added { "" } else { "already " }))
        }
        Command::Coordinators(Coordinators::Remove { email }) => {
            let removed = registry.set_coordinator(&email, false).await?;
            say(format_args!("{email} {} a coordinator", if removed { "is no longer" } else { "was not" }))
        }
        Command::Auth(Auth::IssueCode { email }) => say(registry.issue_code(&email).await?),
        Command::SecondFactor(SecondFactor::Reset { email }) => {
            let had_one = registry.reset_second_factor_of(&email).await?;
            say(format_args!("{email} {} second factor", if had_one { "no longer has a" } else { "had no" }))
        }
        Command::Backup { file } | Command::Export { file } => {
            let Contents { rows, seq } = registry.back_up(&file).await?;
            say(format_args!("{} has everything up to change {seq}: {rows} rows.", file.display()))
        }
        Command::Doctor => {
            for known in registry.known_by_a_domain_above().await? {
                say(known)?;
            }
            let findings = registry.examine().await?;
            for finding in &findings {
                say(finding)?;
            }
            ensure!(
                findings.is_empty(),
                "The database is damaged (problems: {}): restore the last backup",
                findings.len()
            );
            say("No problems found.")
        }
        Command::NewHistory => Ok(registry.begin_new_history().await?),
        Command::Settings(Settings::Set { name, value }) => {
            let value = if value == "-" { std::io::read_to_string(std::io::stdin())? } else { value };
            Ok(registry.set(name, value.trim()).await?)
        }
    };
    done.map(well)
}

async fn serve_on(Configuration { registry: config, bind, metrics_bind, .. }: Configuration) -> Result<()> {
    check_address(bind, &config.mail)?;
    let listener = listen(bind).await?;
    let metrics = match metrics_bind {
        Some(address) => Some(listen(address).await?),
        None => None,
    };
    let registry = open(config, Env::real()).await?;
    for name in registry.missing_settings().await? {
        tracing::warn!("the setting {name} is missing: run `guildhall-registry settings set {name} VALUE`");
    }
    if let Some(metrics) = &metrics {
        say(format_args!("metrics on http://{}/metrics", metrics.local_addr()?))?;
    }
    // Last, because a supervisor may wait for this line and read no further.
    say(format_args!("listening on http://{}", listener.local_addr()?))?;
    serve(registry, listener, metrics, asked_to_end()?).await;
    Ok(())
}

async fn listen(address: SocketAddr) -> Result<TcpListener> {
    TcpListener::bind(address)
        .await
        .with_context(|| format!("cannot listen on {address} (is another program using it?)"))
}

async fn check_health(url: &Url) -> Result<()> {
    const PATIENCE: Duration = Duration::from_secs(5);
    let client = reqwest::Client::builder().timeout(PATIENCE).no_proxy().build()?;
    let answer = client.get(url.join(READYZ)?).send().await.context("the registry does not answer")?;
    ensure!(answer.status().is_success(), "the registry answers but is not ready ({})", answer.status());
    say("ready")
}

/// Completes on Ctrl+C or when the system asks the process to stop.
fn asked_to_end() -> Result<impl Future<Output = ()> + Send> {
    #[cfg(unix)]
    let mut terminate = {
        use tokio::signal::unix::{SignalKind, signal};
        signal(SignalKind::terminate())?
    };
    Ok(async move {
        #[cfg(unix)]
        tokio::select! {
            _ = tokio::signal::ctrl_c() => {}
            _ = terminate.recv() => {}
        }
        #[cfg(not(unix))]
        let _ = tokio::signal::ctrl_c().await;
    })
}

/// Readable text on a terminal, JSON lines otherwise.
fn log_to_stderr() {
    let filter =
        EnvFilter::try_from_env("GUILDHALL_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() { logs.init() } else { logs.json().with_span_list(false).init() }
}

pub(crate) fn say(text: impl std::fmt::Display) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}

/// Prints an error to standard error.
pub(crate) fn print_error(error: &anyhow::Error) {
    // If standard error is closed, there is nobody left to tell.
    let lines: Vec<String> = format!("{error:#}").lines().map(printable).collect();
    let _ = writeln!(std::io::stderr().lock(), "guildhall-registry: {}", lines.join("\n"));
}
