//! Real-world kinds of files, imported by the real program: what is imported, what is reported, and the exit code.

use std::path::{Path, PathBuf};

use guildhall_registry::{Config, Env, open};
use serde_json::{Value, json};

use super::{Output, run};
use crate::test_registry::Mirror;

fn fixture(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/import").join(name)
}

/// A temporary registry with councils and services.
fn registry() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (kind, file) in
        [("councils", "councils.csv"), ("services", "services.csv"), ("councils", "network.csv")]
    {
        let output = import(folder.path(), kind, &fixture(file), &[]);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
    }
    folder
}

fn import(folder: &Path, kind: &str, file: &Path, options: &[&str]) -> Output {
    run(folder, &[&["import", kind, file.to_str().unwrap()], options].concat())
}

fn text(output: &Output) -> String {
    let both = [output.stdout.clone(), output.stderr.clone()].concat();
    String::from_utf8(both).unwrap()
}

/// The public projects, ordered by title.
fn projects(folder: &Path) -> Vec<Value> {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let mut found: Vec<Value> = runtime.block_on(async {
        let registry = open(Config::new(folder), Env::real()).await.unwrap();
        let mut mirror = Mirror::default();
        mirror.sync(&registry, 1000).await;
        registry.close().await;
        let lines = mirror.records.into_iter().filter(|((kind, _), _)| kind == "project");
        lines.map(|(_, line)| Value::Object(line.body.unwrap())).collect()
    });
    found.sort_by_key(|project| project["title"].as_str().unwrap().to_owned());
    found
}

/// Whether a project contains everything that is expected: objects may have more members, lists may not.
fn says(project: &Value, expected: &Value) -> bool {
    match (project, expected) {
        (Value::Object(project), Value::Object(expected)) => {
            expected.iter().all(|(name, value)| project.get(name).is_some_and(|stored| says(stored, value)))
        }
        (Value::Array(project), Value::Array(expected)) => {
            project.len() == expected.len()
                && project.iter().zip(expected).all(|(one, other)| says(one, other))
        }
        (project, expected) => project == expected,
    }
}

struct Case {
    file: &'static str,
    options: &'static [&'static str],
    exit: i32,
    told: &'static [&'static str],
    projects: Value,
}

fn cases() -> Vec<Case> {
    let case = |file, options, exit, told, projects| Case { file, options, exit, told, projects };
    let beta = |day: &str| json!({"phase_dates": {"idea": {"started": day}}});
    vec![
        case("duplicate-headers.csv", &[], 1, &["“phase” (column C)", "“phase” (column D)"], json!([])),
        case("duplicate-headers.csv", &["--map", "phase=column C"], 0, &[], json!([{"phase": "beta"}])),
        case(
            "amounts.csv",
            &[],
            3,
            &["line 2, budget_band “nan”", "line 3, budget_band “inf”", "line 4, budget_band “-5000”"],
            json!([{"budget_band": "not_said"}, {"budget_band": "not_said"}, {"budget_band": "not_said"}]),
        ),
        case(
            "nested.json",
            &[],
            3,
            &["line 1, licence"],
            json!([
                {"title": "A", "licence": "", "contact": {"mailbox": "digital@leeds.example", "name": "Digital"}},
                {"title": "B", "links": [{"kind": "repository", "url": "https://git.example/b", "label": "b"}]},
            ]),
        ),
        case(
            "trailing-cells.csv",
            &[],
            3,
            &["line 4, column D “x”"],
            json!([{}, {}, {"title": "Real extra"}]),
        ),
        case(
            "optional-cells.csv",
            &[],
            3,
            &[
                "line 9, phase “In progress”",
                "line 10, tags “a tag that",
                "line 11, started “45750”: It was read as 2025-04-03",
            ],
            json!([
                beta("2025-04-03"),
                beta("2010-04-28"),
                {"phase_dates": {}},
                {"links": [{"url": "https://leeds.example/Shared%20Documents/Plan.docx"}]},
                {"links": []},
                {"budget_band": "not_said"},
                {"budget_band": "over1m"},
                {"phase": "alpha"},
                {"tags": []},
                beta("2025-04-03"),
                beta("2025-04-01"),
                beta("2025-04-03"),
            ]),
        ),
        case(
            "council-names.csv",
            &[],
            0,
            &[],
            json!([{"council": "LND"}, {"council": "LND"}, {"council": "BST"}, {"council": "KHL"}]),
        ),
        case(
            "twins.csv",
            &[],
            3,
            &[
                "line 3, title “Children’s portal”: It is the same project as on line 2",
                "line 5,",
                "line 7,",
                "line 9,",
            ],
            json!([{"title": "Bins"}, {"title": "Blue badge"}, {"title": "Café"}, {"title": "Children's portal"}]),
        ),
        case("nothing-in.csv", &[], 4, &["line 2, council “Nowhere”"], json!([])),
        case("escapes.csv", &[], 4, &["\\u{1b}[2J\\u{1b}[HAll went in"], json!([])),
        case(
            "cr-only.csv",
            &[],
            3,
            &["line 3, phase “nonsense”", "line 4, council “Nowhere”"],
            json!([{"title": "Bad"}, {"title": "Trees"}]),
        ),
        case("sep.csv", &[], 0, &[], json!([{"title": "Bins", "council": "LDS"}])),
        case("title-row.csv", &[], 1, &["try again with --skip-rows 1"], json!([])),
        case("title-row.csv", &["--skip-rows", "1"], 0, &[], json!([{"title": "Bins", "phase": "beta"}])),
        case("own-portfolio.csv", &[], 1, &["name it with --council"], json!([])),
        case(
            "own-portfolio.csv",
            &["--council", "LDS"],
            0,
            &[],
            json!([{"council": "LDS", "phase": "beta"}]),
        ),
        case(
            "own-portfolio.csv",
            &["--council", "Leeds"],
            0,
            &[],
            json!([{"council": "LDS", "phase": "beta"}]),
        ),
        case("own-portfolio.csv", &["--council", "Milton"], 1, &["MIL, MLT"], json!([])),
        case(
            "erasure.csv",
            &[],
            3,
            &["line 3, contact “web@leeds.example”"],
            json!([
                {"contact": {"mailbox": "sam.smith@leeds.example", "name": "Sam Smith"}},
                {"contact": {"mailbox": "sam.smith@leeds.example", "name": ""}},
                {"contact": {"mailbox": "sam.smith@leeds.example", "name": ""}},
                {"contact": {"mailbox": "sam.smith@leeds.example", "name": "Sam Smith"}},
            ]),
        ),
        case(
            "list-in-object.json",
            &[],
            0,
            &["taken from the list “data.projects”"],
            json!([{"title": "Bins"}]),
        ),
        case(
            "html.csv",
            &[],
            0,
            &["line 2, summary", "Its HTML became plain text"],
            json!([{"title": "Trees & parks", "summary": "All the trees", "problem": "One\n\nTwo"}]),
        ),
        case("windows-1252.csv", &[], 0, &["Windows-1252", "Café"], json!([{"title": "Café – £5"}])),
        case("utf-16le.csv", &[], 0, &[], json!([{"title": "Café ŵ"}])),
        case("utf-16be.csv", &[], 0, &[], json!([{"title": "Café ŵ"}])),
        case(
            "hidden.csv",
            &[],
            3,
            &[
                "line 2, title",
                "Hidden characters were taken out",
                "line 3, title",
                "No title",
                "line 4, supplier",
            ],
            json!([{"title": "Bins"}, {"supplier": "", "title": "Control"}]),
        ),
        case("shared-name.csv", &[], 4, &["matches several councils: MIL, MLT"], json!([])),
    ]
}

#[test]
fn files_of_all_kinds_come_in_as_a_person_reads_them() {
    let base = registry();
    for Case { file, options, exit, told, projects: expected } in cases() {
        let folder = copy_of(base.path());
        // A dry run has the same exit code and output, and writes nothing.
        let dry = import(folder.path(), "projects", &fixture(file), &[options, &["--dry-run"]].concat());
        assert_eq!(projects(folder.path()), Vec::<Value>::new(), "{file}");
        let output = import(folder.path(), "projects", &fixture(file), options);
        for (output, how) in [(&dry, "dry"), (&output, "done")] {
            let says = text(output);
            assert_eq!(output.status.code(), Some(exit), "{file} {options:?} {how}: {says}");
            for sentence in told {
                assert!(says.contains(sentence), "{file} {options:?} {how}: {sentence} in {says}");
            }
            assert!(!says.contains(|c: char| c.is_control() && c != '\n'), "{file}: {says:?}");
        }
        let found = projects(folder.path());
        let expected = expected.as_array().unwrap();
        assert_eq!(found.len(), expected.len(), "{file} {options:?}: {found:#?}");
        for (project, expected) in found.iter().zip(expected) {
            assert!(says(project, expected), "{file} {options:?}: {expected:#} in {project:#}");
        }
        if exit != 1 {
            let again = text(&import(folder.path(), "projects", &fixture(file), options));
            assert!(again.contains("New: 0. Changed: 0."), "{file} again: {again}");
        }
    }
}

fn copy_of(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
        if file.path().is_file() {
            std::fs::copy(file.path(), copy.path().join(file.file_name())).unwrap();
        }
    }
    copy
}

#[test]
fn importing_again_widens_nothing_unless_asked() {
    let folder = registry();
    let import = |options: &[&str]| {
        let output = import(folder.path(), "projects", &fixture("visibility.csv"), options);
        assert_eq!(output.status.code(), Some(0), "{output:?}");
        text(&output)
    };
    let is_public = || !projects(folder.path()).is_empty();
    import(&["--visibility", "councils"]);
    assert!(import(&[]).contains("Same as before: 1") && !is_public());
    let says = "This would show 1 project to more people";
    assert!(import(&["--visibility", "public", "--dry-run"]).contains(says) && !is_public());
    let said = import(&["--visibility", "public"]);
    let (widening, done) = (said.find("This shows 1 project to more people"), said.find("Changed: 1"));
    assert!(widening.is_some() && widening < done && is_public(), "{said}");
    import(&["--visibility", "members"]);
    assert!(!is_public());
}

#[test]
fn importing_a_narrower_file_loses_nothing() {
    let folder = registry();
    import(folder.path(), "projects", &fixture("partial-1.csv"), &[]);
    let dry = text(&import(folder.path(), "projects", &fixture("partial-2.csv"), &["--dry-run"]));
    assert!(dry.contains("2     Bins app (LDS)  phase  beta  live\n"), "a table: {dry}");
    assert_eq!(dry.matches("Bins app").count(), 1, "only what changes: {dry}");
    import(folder.path(), "projects", &fixture("partial-2.csv"), &[]);
    let expected = json!({"phase": "live", "summary": "All the bins", "supplier": "Acme",
        "contact": {"mailbox": "digital@leeds.example", "name": ""}});
    assert!(says(&projects(folder.path())[0], &expected));
}

#[test]
fn the_organisation_is_part_of_what_a_row_is_known_by() {
    let folder = registry();
    for file in ["two-organisations-1.csv", "two-organisations-2.csv", "two-organisations-1.csv"] {
        import(folder.path(), "projects", &fixture(file), &["--others-under", "FRN"]);
    }
    let mut summaries: Vec<Value> =
        projects(folder.path()).iter().map(|project| project["summary"].clone()).collect();
    summaries.sort_by_key(Value::to_string);
    assert_eq!(summaries, ["Ours", "Theirs"]);
}

#[test]
fn ids_of_a_spreadsheet_are_those_of_the_source() {
    let folder = registry();
    import(folder.path(), "projects", &fixture("twin-ids-1.csv"), &["--source", "trees"]);
    let again = text(&import(folder.path(), "projects", &fixture("twin-ids-2.csv"), &["--source", "trees"]));
    assert!(again.contains("New: 0. Changed: 0. Same as before: 1."), "{again}");
}

#[test]
fn the_report_file_lists_what_was_left_out() {
    let folder = registry();
    let report = folder.path().join("report.csv");
    let options = ["--report", report.to_str().unwrap()];
    let file = folder.path().join("odd.csv");
    std::fs::write(&file, "title,council,phase,=Note\nBins,Leeds,=1+1,\"-2\"\nLost,@Nowhere,beta,\n")
        .unwrap();
    for _ in 0..2 {
        assert_eq!(import(folder.path(), "projects", &file, &options).status.code(), Some(3));
    }
    let written = std::fs::read_to_string(&report).unwrap();
    let mut reader = csv::Reader::from_reader(written.trim_start_matches('\u{feff}').as_bytes());
    let rows: Vec<Vec<String>> =
        reader.records().map(|row| row.unwrap().iter().map(str::to_owned).collect()).collect();
    let begins: Vec<[&str; 4]> =
        rows.iter().map(|row| [row[0].as_str(), row[1].as_str(), row[2].as_str(), row[3].as_str()]).collect();
    assert_eq!(
        begins,
        [
            ["2", "cell left out", "phase", "'=1+1"],
            ["2", "not taken", "'=Note", "'-2"],
            ["3", "row left out", "council", "'@Nowhere"],
        ]
    );
    // Only an earlier report may be overwritten.
    let refused = import(folder.path(), "projects", &file, &["--report", file.to_str().unwrap()]);
    assert_eq!(refused.status.code(), Some(1));
    assert!(text(&refused).contains("is there already"));
    assert!(std::fs::read_to_string(&file).unwrap().starts_with("title"));
}
