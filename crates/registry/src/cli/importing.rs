//! The import commands. The plan is printed before anything is written; with `--dry-run`, nothing is written.

use std::io::Read as _;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::{Args, Subcommand, ValueEnum};
use guildhall_protocol::{CouncilCode, Visibility};
use guildhall_registry::{
    ImportOptions, Note, Planned, ProjectOptions, Registry, Report, apply_import, is_report, plan_councils,
    plan_projects, plan_services, printable, write_report,
};

use crate::cli::say;

/// Exit code: some rows or cells were left out.
const PARTLY: u8 = 3;
/// Exit code: no row was imported.
const NOTHING_IN: u8 = 4;

/// How many notes of one kind are printed; a report file has all of them.
const MOST_NOTES: usize = 200;
/// How many characters of a value are printed.
const MOST_CHARS: usize = 60;

const HELP: &str = "Start with --dry-run: it shows what would change, and writes nothing.\n\n\
Exit codes:\n  \
0  every row and cell came in, or was there before\n  \
1  the import could not be done: the message says why, and nothing was changed\n  \
2  the command line was wrong\n  \
3  some rows or cells were left out: they are listed, the others came in\n  \
4  no row came in\n\
With --dry-run the codes are the same: what would happen.";

#[derive(Subcommand)]
pub(crate) enum Import {
    /// Councils, from CSV with the column names of mySociety's list of local authorities
    #[command(after_help = HELP)]
    Councils(FileArgs),
    /// Projects, from CSV, JSON or NDJSON; they stay unclaimed until their council says "This is ours"
    #[command(after_help = HELP)]
    Projects {
        #[command(flatten)]
        file: FileArgs,
        /// The council that all rows belong to, as a code or a name: for a council's own file
        #[arg(long, value_name = "COUNCIL")]
        council: Option<String>,
        /// Put rows whose organisation is not a council under this one, and say so in their text
        #[arg(long, value_name = "CODE")]
        others_under: Option<CouncilCode>,
        /// Identify rows by their id column and this name, so that a title may change
        #[arg(long, value_name = "NAME")]
        source: Option<String>,
        /// Who can see the projects; without it, existing projects stay as they are and new ones are public
        #[arg(long, value_enum)]
        visibility: Option<VisibilityChoice>,
    },
    /// A whole registry, into a new folder or an empty database: it continues as if it had never moved
    Registry {
        /// The file that `export` wrote
        file: PathBuf,
    },
    /// Services, from CSV or JSON with an LGSL id and a name, description or slug
    #[command(after_help = HELP)]
    Services(FileArgs),
}

/// Options of every import from a file.
#[derive(Args)]
pub(crate) struct FileArgs {
    /// The file: CSV (also with semicolons or tabs), JSON or NDJSON
    file: PathBuf,
    /// Only show what would change, cell by cell, and write nothing
    #[arg(long)]
    dry_run: bool,
    /// Read a field from a column with another name; repeat for more
    #[arg(long, value_name = "FIELD=COLUMN", value_parser = field_and_column)]
    map: Vec<(String, String)>,
    /// Skip this many rows above the headings
    #[arg(long, value_name = "N", default_value_t = 0)]
    skip_rows: usize,
    /// Let an empty cell clear its field; without it the field keeps its value
    #[arg(long)]
    clear_empty: bool,
    /// Write what was left out to a CSV file, cell by cell
    #[arg(long, value_name = "FILE.csv")]
    report: Option<PathBuf>,
    /// The file's encoding, if it is detected wrongly: utf-8, windows-1252, macintosh and so on
    #[arg(long, value_name = "NAME")]
    encoding: Option<String>,
}

impl FileArgs {
    fn options(&self) -> ImportOptions {
        ImportOptions {
            map: self.map.clone(),
            skip_rows: self.skip_rows,
            encoding: self.encoding.clone(),
            clear_empty: self.clear_empty,
            list_changes: self.dry_run,
        }
    }
}

#[derive(Clone, Copy, ValueEnum)]
pub(crate) enum VisibilityChoice {
    /// Anyone on the internet
    Public,
    /// Anyone who signs in
    Members,
    /// People who work for a council
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

/// Prints the plan, and applies it unless this is a dry run.
pub(crate) async fn run(registry: &Registry, import: Import) -> Result<ExitCode> {
    match import {
        Import::Councils(args) => {
            check_report(&args)?;
            let planned = plan_councils(registry, &args.file, &args.options()).await?;
            finish(registry, planned, &args).await
        }
        Import::Services(args) => {
            check_report(&args)?;
            let planned = plan_services(registry, &args.file, &args.options()).await?;
            finish(registry, planned, &args).await
        }
        Import::Projects { file: args, council, others_under, source, visibility } => {
            check_report(&args)?;
            let visibility = visibility.map(Visibility::from);
            let choices = ProjectOptions { council, others_under, source, visibility };
            let planned = plan_projects(registry, &args.file, &args.options(), &choices).await?;
            finish(registry, planned, &args).await
        }
        // Done in `run_in`, before a registry is opened.
        Import::Registry { .. } => Ok(ExitCode::SUCCESS),
    }
}

async fn finish(registry: &Registry, planned: Planned, args: &FileArgs) -> Result<ExitCode> {
    let ahead = planned.report();
    for word in &ahead.words {
        print(word)?;
    }
    tell_widening(ahead, args.dry_run)?;
    let report = if args.dry_run {
        tell_changes(ahead)?;
        ahead.clone()
    } else {
        apply_import(registry, planned).await?
    };
    tell(&report, args)?;
    if let Some(file) = &args.report {
        let written = std::fs::File::create(file).and_then(|to| write_report(&report, to));
        written.with_context(|| format!("cannot write {}", file.display()))?;
        print(&format!("What was left out or changed is in {}.", file.display()))?;
    }
    Ok(match &report {
        report if report.is_nothing_in() => ExitCode::from(NOTHING_IN),
        report if report.is_partial() => ExitCode::from(PARTLY),
        _ => ExitCode::SUCCESS,
    })
}

/// Only an earlier report may be overwritten.
fn check_report(args: &FileArgs) -> Result<()> {
    let Some(report) = &args.report else { return Ok(()) };
    let mut beginning = Vec::new();
    match std::fs::File::open(report) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(error).with_context(|| format!("cannot write {}", report.display())),
        Ok(file) => file.take(1024).read_to_end(&mut beginning)?,
    };
    if !is_report(&beginning) {
        bail!("{} is there already, and is not a report of an import: name another file", report.display());
    }
    Ok(())
}

fn tell_widening(report: &Report, is_dry_run: bool) -> Result<()> {
    if !report.widened.is_empty() {
        let will = if is_dry_run { "would show" } else { "shows" };
        let count = report.widened.len();
        let projects = if count == 1 { "project" } else { "projects" };
        print(&format!("This {will} {count} {projects} to more people, as --visibility says:"))?;
        for Note { line, value, reason, .. } in report.widened.iter().take(MOST_NOTES) {
            print(&format!("  line {line}: {}: {reason}", short(value)))?;
        }
        tell_rest(report.widened.len(), false)?;
    }
    if let Some(who) = &report.default_visibility {
        let can = if is_dry_run { "could be seen by" } else { "can be seen by" };
        print(&format!(
            "New projects {can} {who}. To show them to fewer people, say --visibility members or councils."
        ))?;
    }
    Ok(())
}

/// Prints a table of the changes.
fn tell_changes(report: &Report) -> Result<()> {
    if report.changes.is_empty() {
        return print("Nothing would change.");
    }
    print("What would change:")?;
    let rows: Vec<[String; 5]> = report
        .changes
        .iter()
        .map(|change| {
            let cell = |text: &str| printable(&short_to(text, 40));
            let before = if change.before.is_empty() { "(empty)".to_owned() } else { cell(&change.before) };
            let after = if change.after.is_empty() { "(empty)".to_owned() } else { cell(&change.after) };
            [change.line.to_string(), cell(&change.record), cell(&change.field), before, after]
        })
        .collect();
    let heads = ["line", "record", "field", "now", "then"].map(str::to_owned);
    let mut widths = heads.clone().map(|head| head.chars().count());
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.chars().count());
        }
    }
    for row in std::iter::once(&heads).chain(&rows) {
        let cells: Vec<String> =
            row.iter().zip(widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
        say(format_args!("  {}", cells.join("  ").trim_end()))?;
    }
    Ok(())
}

/// Prints a summary of the import.
fn tell(report: &Report, args: &FileArgs) -> Result<()> {
    let tally = report.tally;
    let dry = if args.dry_run { "This was a dry run: nothing was written. " } else { "" };
    print(&format!(
        "{dry}New: {}. Changed: {}. Same as before: {}.",
        tally.new, tally.changed, tally.unchanged
    ))?;
    if tally.claimed > 0 {
        print(&format!("Skipped, because the council has claimed them: {}.", tally.claimed))?;
    }
    let has_report = args.report.is_some();
    for (notes, heading) in [
        (&report.under_another, "Imported under --others-under, because the organisation is not a council"),
        (&report.left_out, "Rows left out"),
        (&report.cells, "Cells left out, of rows that came in"),
        (&report.read_as, "Cells read as something that they do not literally say"),
    ] {
        if notes.is_empty() {
            continue;
        }
        print(&format!("{heading}: {}.", notes.len()))?;
        for note in notes.iter().take(MOST_NOTES) {
            print(&format!("  {}", sentence(note)))?;
        }
        tell_rest(notes.len(), has_report)?;
    }
    if !report.unused.is_empty() {
        let columns: Vec<String> = report
            .unused
            .iter()
            .map(|unused| format!("{} ({})", unused.column, unused.values.len()))
            .collect();
        print(&format!(
            "Columns not imported (number of values): {}. To import one, name its field: --map \
             FIELD=COLUMN.",
            columns.join(", ")
        ))?;
    }
    Ok(())
}

fn tell_rest(count: usize, has_report: bool) -> Result<()> {
    if count <= MOST_NOTES {
        return Ok(());
    }
    let all = if has_report { "the report has all of them" } else { "--report FILE.csv writes all of them" };
    print(&format!("  and {} more: {all}", count - MOST_NOTES))
}

/// For example `line 3, phase “Amber”: It is not a phase`.
fn sentence(note: &Note) -> String {
    let column = if note.column.is_empty() { String::new() } else { format!(", {}", note.column) };
    let value = if note.value.is_empty() { String::new() } else { format!(" “{}”", short(&note.value)) };
    format!("line {}{column}{value}: {}", note.line, note.reason)
}

fn short(text: &str) -> String {
    short_to(text, MOST_CHARS)
}

fn short_to(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let begins: String = text.chars().take(most - 1).collect();
    format!("{}…", begins.trim_end())
}

/// Prints a line without control characters that could affect the terminal.
fn print(line: &str) -> Result<()> {
    say(printable(line))
}
