//! The commands, one a branch: each opens the registry, calls one function of it, and prints what came of it.
//! Answers go to standard output, logs and refusals to standard error.

use std::io::{IsTerminal as _, Write as _};
use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Parser, Subcommand, ValueEnum};
use guildhall_protocol::{CouncilCode, Visibility};
use guildhall_registry::{
    Config, LeftOut, Mail, ProjectOptions, Registry, Report, Setting, World, check_address, import_councils,
    import_projects, import_services, open, sample_people, serve,
};
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// The shared server that councils sync with.
#[derive(Parser)]
#[command(name = "guildhall-registry", version)]
pub(crate) struct CommandLine {
    /// The folder that has everything the registry keeps; made where there is none
    #[arg(long, global = true, value_name = "DIR", default_value = "guildhall-registry-data")]
    data_dir: PathBuf,
    /// The PostgreSQL that has the records, instead of a file in the folder
    // A text, as a value that can't be parsed is shown as it is, and this one may have a password.
    #[arg(long, global = true, value_name = "URL", env = "GUILDHALL_DATABASE_URL", hide_env_values = true)]
    database_url: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Answer requests, until Ctrl+C or SIGTERM
    Serve {
        /// The address to listen on; port 0 takes a free one
        #[arg(long, default_value = "127.0.0.1:8480")]
        bind: SocketAddr,
        /// How sign-in codes are sent: printed, or a file each in the data folder's `mail`
        #[arg(long, value_enum, default_value = "console")]
        mail: MailChoice,
    },
    /// Take in councils, services or projects from a file
    #[command(subcommand)]
    Import(Import),
    /// Fill the registry with fictional councils and projects
    Sample,
    /// Add made-up councils and projects, the same ones for the same seed
    Generate {
        /// How many projects
        #[arg(long)]
        projects: usize,
        /// Which ones
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// Email domains
    #[command(subcommand)]
    Domains(Domains),
    /// Signing in
    #[command(subcommand)]
    Auth(Auth),
    /// What the registry says of itself
    #[command(subcommand)]
    Settings(Settings),
    /// After a backup was put back: have every laptop read everything anew
    NewHistory,
}

#[derive(Clone, Copy, ValueEnum)]
enum MailChoice {
    Console,
    File,
}

#[derive(Subcommand)]
enum Import {
    /// Councils, from CSV with the column names of mySociety's list of local authorities
    Councils {
        /// The file
        file: PathBuf,
    },
    /// Projects, from CSV, JSON or NDJSON; they stay unclaimed until their council says "This is ours"
    Projects {
        /// The file
        file: PathBuf,
        /// Take a field from a column that is called something else; again for each
        #[arg(long, value_name = "FIELD=COLUMN", value_parser = field_and_column)]
        map: Vec<(String, String)>,
        /// Take rows whose organisation is no council under this one, saying so in their text
        #[arg(long, value_name = "CODE")]
        others_under: Option<CouncilCode>,
        /// Know rows by their id column and this name, so that a title may change
        #[arg(long, value_name = "NAME")]
        source: Option<String>,
        /// Who may see them
        #[arg(long, value_enum, default_value = "public")]
        visibility: VisibilityChoice,
    },
    /// Services, from CSV or JSON with lgsl_code and a name or slug
    Services {
        /// The file
        file: PathBuf,
    },
}

#[derive(Clone, Copy, ValueEnum)]
enum VisibilityChoice {
    /// Anyone on the internet
    Public,
    /// Anyone signed in
    Members,
    /// Anyone verified at a council
    Councils,
}

impl From<VisibilityChoice> for Visibility {
    fn from(choice: VisibilityChoice) -> Self {
        match choice {
            VisibilityChoice::Public => Self::Public,
            VisibilityChoice::Members => Self::Members,
            VisibilityChoice::Councils => Self::Councils,
        }
    }
}

fn field_and_column(text: &str) -> Result<(String, String), String> {
    let (field, column) =
        text.split_once('=').ok_or("it is FIELD=COLUMN, for example title=\"Project name\"")?;
    Ok((field.trim().to_owned(), column.trim().to_owned()))
}

#[derive(Subcommand)]
enum Domains {
    /// From now on people with an address at DOMAIN are verified at that council
    Add {
        /// For example barchester.example
        domain: String,
        /// The council's local-authority-code, for example BCH
        council_code: CouncilCode,
    },
    /// From now on people with an address at DOMAIN are no longer verified at that council
    Remove {
        /// For example barchester.example
        domain: String,
        /// The council's local-authority-code, for example BCH
        council_code: CouncilCode,
    },
}

#[derive(Subcommand)]
enum Auth {
    /// Print a code that signs in with that address; it lasts 10 minutes
    IssueCode {
        /// The address
        email: String,
    },
}

#[derive(Subcommand)]
enum Settings {
    /// Set one
    Set {
        /// Which one
        #[arg(value_parser = setting)]
        name: Setting,
        /// What it is to be; - reads it from standard input
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

pub(crate) async fn run(line: CommandLine) -> Result<()> {
    log_to_stderr();
    let database_url =
        line.database_url.map(|url| url.parse()).transpose().context("the database URL can't be used")?;
    let config = Config { database_url, ..Config::new(&line.data_dir) };
    match line.command {
        Command::Serve { bind, mail } => serve_on(config, bind, mail).await,
        command => {
            let registry = open(config, World::real()).await?;
            let done = run_on(&registry, command).await;
            registry.close().await;
            done
        }
    }
}

async fn run_on(registry: &Registry, command: Command) -> Result<()> {
    match command {
        Command::Serve { .. } => Ok(()),
        Command::Import(Import::Councils { file }) => tell(&import_councils(registry, &file).await?),
        Command::Import(Import::Services { file }) => tell(&import_services(registry, &file).await?),
        Command::Import(Import::Projects { file, map, others_under, source, visibility }) => {
            let options = ProjectOptions { map, others_under, source, visibility: visibility.into() };
            tell(&import_projects(registry, &file, &options).await?)
        }
        Command::Sample => {
            let tally = registry.sample().await?;
            for (email, council) in sample_people() {
                say(format_args!("{email}  {council}"))?;
            }
            tracing::info!(new = tally.new, unchanged = tally.unchanged, "the sample is in");
            Ok(())
        }
        Command::Generate { projects, seed } => {
            let made = registry.generate(projects, seed).await?;
            for (code, domain) in &made.councils {
                say(format_args!("{code}  {domain}"))?;
            }
            tracing::info!(new = made.tally.new, unchanged = made.tally.unchanged, "made up");
            Ok(())
        }
        Command::Domains(Domains::Add { domain, council_code }) => {
            let added = registry.add_domain(&domain, &council_code).await?;
            let already = if added { "" } else { " already" };
            say(format_args!("{domain} belongs to {council_code}{already}"))
        }
        Command::Domains(Domains::Remove { domain, council_code }) => {
            let removed = registry.remove_domain(&domain, &council_code).await?;
            let never = if removed { "no longer belongs" } else { "did not belong" };
            say(format_args!("{domain} {never} to {council_code}"))
        }
        Command::Auth(Auth::IssueCode { email }) => say(registry.issue_code(&email).await?),
        Command::NewHistory => Ok(registry.begin_new_history().await?),
        Command::Settings(Settings::Set { name, value }) => {
            let value = if value == "-" { std::io::read_to_string(std::io::stdin())? } else { value };
            Ok(registry.set(name, value.trim()).await?)
        }
    }
}

async fn serve_on(config: Config, bind: SocketAddr, mail: MailChoice) -> Result<()> {
    let mail = match mail {
        MailChoice::Console => Mail::Console,
        MailChoice::File => Mail::File(config.data_dir.join("mail")),
    };
    check_address(bind, &mail)?;
    let listener = TcpListener::bind(bind).await.with_context(|| format!("can't listen on {bind}"))?;
    let registry = open(Config { mail, ..config }, World::real()).await?;
    say(format_args!("listening on http://{}", listener.local_addr()?))?;
    Ok(serve(registry, listener, asked_to_end()?).await?)
}

/// Is over when someone presses Ctrl+C or the system asks the process to end.
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

/// Words for a person at a terminal, JSON lines for a machine.
fn log_to_stderr() {
    let filter =
        EnvFilter::try_from_env("GUILDHALL_LOG").unwrap_or_else(|_| EnvFilter::new("info,sqlx=warn"));
    let logs = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    if std::io::stderr().is_terminal() { logs.init() } else { logs.json().with_span_list(false).init() }
}

/// What became of an import, in sentences.
fn tell(report: &Report) -> Result<()> {
    let tally = report.tally;
    say(format_args!(
        "New: {}. Changed: {}. Same as before: {}.",
        tally.new, tally.changed, tally.unchanged
    ))?;
    if tally.claimed > 0 {
        say(format_args!("Left alone, because their council keeps them now: {}.", tally.claimed))?;
    }
    if !report.under_another.is_empty() {
        say("Taken under --others-under, because they name no council:")?;
        for LeftOut { line, reason } in &report.under_another {
            say(format_args!("  line {line}: {reason}"))?;
        }
    }
    if !report.left_out.is_empty() {
        say(format_args!("Left out: {}.", report.left_out.len()))?;
        for LeftOut { line, reason } in &report.left_out {
            say(format_args!("  line {line}: {reason}"))?;
        }
    }
    if !report.unused.is_empty() {
        let columns: Vec<String> =
            report.unused.iter().map(|unused| format!("{} ({})", unused.column, unused.values)).collect();
        say(format_args!("Columns that nothing was taken from, with their values: {}.", columns.join(", ")))?;
    }
    Ok(())
}

fn say(text: impl std::fmt::Display) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}")?;
    Ok(out.flush()?)
}

/// Why a command was not done, in a sentence.
pub(crate) fn complain(error: &anyhow::Error) {
    // Where even standard error is closed there is nobody left to tell.
    let _ = writeln!(std::io::stderr().lock(), "guildhall-registry: {error:#}");
}
