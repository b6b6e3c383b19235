//! Imports: what is imported, what is reported about the rest, and that a repeat changes nothing.

mod real_data;

use std::path::{Path, PathBuf};

use guildhall_protocol::{Council, Project, routes};
use guildhall_registry::{
    ImportError, ImportOptions, Note, ProjectOptions, Report, apply_import, import_councils, import_projects,
    import_services, plan_councils, plan_projects,
};
use http::{Method, StatusCode};
use serde_json::json;

use crate::reviews::PAT;
use crate::test_registry::{ALEX, SAM, TestRegistry, edit};

fn file(stage: &TestRegistry, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = stage.folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

async fn import(
    stage: &TestRegistry,
    path: &Path,
    options: &ImportOptions,
    choices: &ProjectOptions,
) -> Result<Report, ImportError> {
    let planned = plan_projects(&stage.registry, path, options, choices).await?;
    let ahead = planned.report().clone();
    let report = apply_import(&stage.registry, planned).await?;
    assert_eq!(ahead.tally, report.tally, "what was planned is what was done");
    Ok(report)
}

fn map(pairs: &[(&str, &str)]) -> ImportOptions {
    let map = pairs.iter().map(|(field, column)| ((*field).to_owned(), (*column).to_owned())).collect();
    ImportOptions { map, ..ImportOptions::default() }
}

/// New, changed, unchanged and left alone.
fn counts(report: &Report) -> (usize, usize, usize, usize) {
    let tally = report.tally;
    (tally.new, tally.changed, tally.unchanged, tally.claimed)
}

fn reasons(report: &Report) -> Vec<(u64, &str)> {
    told(&report.left_out)
}

fn told(notes: &[Note]) -> Vec<(u64, &str)> {
    notes.iter().map(|row| (row.line, row.reason.as_str())).collect()
}

async fn projects(stage: &TestRegistry) -> Vec<(String, Project)> {
    let mut mirror = stage.mirror(None);
    mirror.sync(&stage.registry, 1000).await;
    let projects = mirror.records.into_iter().filter(|((kind, _), _)| kind == "project");
    let read = |body| serde_json::from_value(serde_json::Value::Object(body)).unwrap();
    projects.map(|((_, id), line)| (id, read(line.body.unwrap()))).collect()
}

async fn the_only_project(stage: &TestRegistry) -> (String, Project) {
    let mut all = projects(stage).await;
    assert_eq!(all.len(), 1);
    all.remove(0)
}

const COUNCILS: &str = "\
local-authority-code,official-name,nice-name,gss-code,start-date,end-date,replaced-by,nation,region,local-authority-type-name,alt-names,lat,long
BCH,Barchester City Council,Barchester,E07000999,,,,England,South West,Non-metropolitan district,\"barchester,barchester city,city of\",51.0712345678,-1.8
OLD,Old Barset Council,Old Barset,,1974-04-01,2020-03-31,\"BCH\",England,South West,County,,,
CAS,Casterbridge District Council,,,2020-04-01,,,England,South West,Non-metropolitan district,,,
";

async fn with_councils() -> TestRegistry {
    let stage = TestRegistry::empty().await;
    let path = file(&stage, "councils.csv", COUNCILS);
    assert_eq!(counts(&import_councils(&stage.registry, &path).await.unwrap()), (3, 0, 0, 0));
    stage
}

#[tokio::test]
async fn former_councils_are_imported_with_their_successors() {
    let stage = with_councils().await;
    let councils: Vec<Council> = stage.get("/api/v1/councils", None).await.json();
    let find = |code: &str| councils.iter().find(|council| council.code.as_str() == code).unwrap();
    let old = find("OLD");
    assert_eq!(old.ended.unwrap().to_string(), "2020-03-31");
    assert_eq!(old.successors[0].council.as_str(), "BCH");
    let barchester = find("BCH");
    assert_eq!(barchester.other_names, ["Barchester", "barchester city"]);
    assert_eq!((barchester.gss_code.as_str(), barchester.lat), ("E07000999", Some(51.07123)));

    let path = file(&stage, "councils.csv", COUNCILS);
    assert_eq!(counts(&import_councils(&stage.registry, &path).await.unwrap()), (0, 0, 3, 0));
    let renamed = COUNCILS.replace("Casterbridge District", "Casterbridge Borough");
    let path = file(&stage, "councils.csv", renamed);
    assert_eq!(counts(&import_councils(&stage.registry, &path).await.unwrap()), (0, 1, 2, 0));
}

#[tokio::test]
async fn a_council_that_can_not_be_read_does_not_keep_the_others_out() {
    let stage = TestRegistry::empty().await;
    let csv = "local-authority-code,official-name,nation,end-date,lat\n\
               X,Too short,England,,\n\
               ABC,,England,,\n\
               ABD,Good,Wales,,\n\
               ABE,Bad nation,Wessex,,\n\
               ABF,Bad date,Wales,soon,\n\
               ABG,Bad place,Wales,,north\n\
               ABD,Twice,Wales,,\n";
    let report = import_councils(&stage.registry, &file(&stage, "c.csv", csv)).await.unwrap();
    assert_eq!(counts(&report), (3, 0, 0, 0));
    let lines = |notes: &[Note]| notes.iter().map(|note| note.line).collect::<Vec<_>>();
    assert_eq!((lines(&report.left_out), lines(&report.cells)), (vec![2, 3, 5, 8], vec![6, 7]));
    assert!(report.left_out.iter().all(|row| row.reason.len() > 15));
    let no_header = file(&stage, "c.csv", "ABC,Somewhere Council,England\n");
    let refused = import_councils(&stage.registry, &no_header).await.unwrap_err();
    assert!(matches!(refused, ImportError::NoHeader { .. }), "{refused}");
}

#[tokio::test]
async fn services_come_in_with_readable_names() {
    let stage = TestRegistry::empty().await;
    let path = file(&stage, "s.csv", "lgsl_code,slug\n4,free-school-meals\nx,bad\n4,again\n5,\n");
    let report = import_services(&stage.registry, &path).await.unwrap();
    assert_eq!(counts(&report), (1, 0, 0, 0));
    assert_eq!(report.left_out.iter().map(|row| row.line).collect::<Vec<_>>(), [3, 4, 5]);
    assert_eq!(stage.get("/api/v1/services", None).await.text, r#"[{"id":4,"name":"Free school meals"}]"#);
    assert_eq!(counts(&import_services(&stage.registry, &path).await.unwrap()), (0, 0, 1, 0));
}

#[tokio::test]
async fn a_portfolio_comes_in_unclaimed_and_stays_the_same() {
    let stage = with_councils().await;
    let csv = "Project name,Council,Phase,Started,Description,Contact,Tags,Budget,Website,Note\n\
               Missed bins,barchester,Pilot,1/3/2026,\"All the bins.\r\rAnd then some.\",Digital team,\"bins; waste\",£30k,www.barchester.example/bins,x\n";
    let path = file(&stage, "portfolio.csv", csv);
    let (options, choices) =
        (map(&[("title", "project name"), ("budget_band", "Budget")]), ProjectOptions::default());
    let report = import(&stage, &path, &options, &choices).await.unwrap();
    assert_eq!((counts(&report), reasons(&report)), ((1, 0, 0, 0), vec![]));
    assert_eq!(report.unused.iter().map(|unused| unused.column.as_str()).collect::<Vec<_>>(), ["Note"]);
    let (id, project) = the_only_project(&stage).await;
    assert!(project.unclaimed && project.confirmed_at.is_none() && project.owner.is_none());
    assert_eq!((project.council.as_str(), project.title.as_str()), ("BCH", "Missed bins"));
    assert_eq!(project.summary, "All the bins.");
    assert_eq!(project.why, "All the bins.\n\nAnd then some.");
    assert_eq!(project.contact.name, "Digital team");
    assert_eq!(project.links[0].url, "https://www.barchester.example/bins");
    let written = serde_json::to_value(&project).unwrap();
    assert_eq!(written["phase_dates"], json!({"beta": {"started": "2026-03-01", "ended": null}}));
    assert_eq!(
        (&written["tags"], &written["budget_band"]),
        (&json!(["bins", "waste"]), &json!("from10k_to50k"))
    );

    stage.clock.turn(jiff::SignedDuration::from_hours(24));
    let again = import(&stage, &path, &options, &choices).await.unwrap();
    assert_eq!(counts(&again), (0, 0, 1, 0));
    let path = file(&stage, "portfolio.csv", csv.replace("Pilot", "Live"));
    assert_eq!(counts(&import(&stage, &path, &options, &choices).await.unwrap()), (0, 1, 0, 0));

    // "This is ours": the council claims it.
    stage.registry.add_domain("barchester.example", &"BCH".parse().unwrap()).await.unwrap();
    stage.registry.add_domain("casterbridge.example", &"CAS".parse().unwrap()).await.unwrap();
    let (sam, alex) = (stage.sign_in(SAM).await, stage.sign_in(ALEX).await);
    let claim = json!({"problem": "Bins are missed", "contact": {"mailbox": "digital@barchester.example", "name": ""}});
    let not_theirs = stage.put(&stage.new_id(), &alex, &edit(&id, "CAS", 2, claim.clone())).await;
    assert_eq!(not_theirs.status, StatusCode::FORBIDDEN);
    let claimed = stage.publish(&sam, edit(&id, "BCH", 2, claim)).await;
    assert_eq!(claimed.record["unclaimed"], false);
    assert_eq!(claimed.record["confirmed_at"], "2026-03-03T09:00:00Z");
    assert!(claimed.record["owner"].is_string());
    let path = file(&stage, "portfolio.csv", csv);
    assert_eq!(counts(&import(&stage, &path, &options, &choices).await.unwrap()), (0, 0, 0, 1));
}

#[tokio::test]
async fn bad_rows_are_reported_and_the_others_imported() {
    let stage = with_councils().await;
    let mut csv = b"title,council,phase,contact,website\nGood,BCH,alpha,,\n".to_vec();
    csv.extend(format!("{},BCH,,,\n", "x".repeat(10_000)).bytes());
    csv.extend(b"Unknown council,Satori Lab,,,\n,BCH,,,\nNobody's,,,,\nOdd phase,BCH,someday,,\n");
    csv.extend(b"Caf\xe9,BCH,,,\nScript,BCH,,,javascript:alert(1)\ngood,barchester,,,\n");
    let path = file(&stage, "p.csv", csv);
    let report = import_projects(&stage.registry, &path, &ProjectOptions::default()).await.unwrap();
    assert_eq!(counts(&report), (4, 0, 0, 0));
    assert_eq!(
        reasons(&report),
        [
            (3, "Enter 120 characters or fewer. This has 10000"),
            (4, "Council not found. Correct the name, give its code, or use --others-under"),
            (5, "No title"),
            (6, "No council given"),
            (10, "It is the same project as on line 2"),
        ]
    );
    assert_eq!(
        told(&report.cells),
        [
            (7, "It is not a phase: use idea, discovery, alpha, beta, live, retired or stopped"),
            (9, "It is not a web address that others can open"),
        ]
    );
    assert!(projects(&stage).await.iter().any(|(_, project)| project.title == "Café"));
}

#[tokio::test]
async fn an_unusable_file_is_refused_in_a_sentence() {
    let stage = with_councils().await;
    for (bytes, pairs, says) in [
        (&b"Missed bins,BCH\nPotholes,CAS\n"[..], &[][..], "no column title or council"),
        (b"\xff\xfet\0i\0", &[], "no column title or council; its columns are ti"),
        (b"t\xeftle,council\n", &[], "its columns are tïtle, council"),
        (b"", &[], "there is nothing in this file"),
        (b"[{\"title\": ", &[], "this is not JSON"),
        (b"{\"a\": [{}], \"b\": [{}]}", &[], "several lists (a, b)"),
        (b"{\"a\": []}", &[], "no list of rows"),
        (b"title,council\n", &[("titel", "title")], "“titel” is not a field to import"),
        (b"title,council\n", &[("title", "Name")], "no column “Name”"),
    ] {
        let path = file(&stage, "p", bytes);
        let refusal = import(&stage, &path, &map(pairs), &ProjectOptions::default()).await.unwrap_err();
        assert!(refusal.to_string().contains(says), "{refusal}");
    }
    let nowhere = import_projects(&stage.registry, Path::new("/nowhere"), &ProjectOptions::default()).await;
    assert!(nowhere.unwrap_err().to_string().contains("/nowhere cannot be read"));
    assert!(projects(&stage).await.is_empty());
}

#[tokio::test]
async fn rows_of_others_can_go_under_one_council_and_say_so() {
    let stage = with_councils().await;
    let path = file(&stage, "p.ndjson", "{\"title\": \"A lab\", \"council\": \"_Satori Lab\"}\n");
    let mut options =
        ProjectOptions { others_under: Some("NO".parse().unwrap()), ..ProjectOptions::default() };
    let refused = import_projects(&stage.registry, &path, &options).await.unwrap_err();
    assert!(matches!(refused, ImportError::BadOption(_)));
    options.others_under = Some("CAS".parse().unwrap());
    let report = import_projects(&stage.registry, &path, &options).await.unwrap();
    assert_eq!(counts(&report), (1, 0, 0, 0));
    assert_eq!(report.under_another[0].value, "Satori Lab");
    let (_, project) = the_only_project(&stage).await;
    assert_eq!((project.council.as_str(), project.contact.name.as_str()), ("CAS", "Satori Lab"));
    assert_eq!(project.why, "Published by Satori Lab, which is not a council.");
}

#[tokio::test]
async fn with_a_source_rows_are_identified_by_id() {
    let stage = with_councils().await;
    let options = ProjectOptions { source: Some("pipeline".to_owned()), ..ProjectOptions::default() };
    let first = file(&stage, "p.csv", "id,title,council\n7,Bins,BCH\n,No id,BCH\n");
    let report = import_projects(&stage.registry, &first, &options).await.unwrap();
    assert_eq!((counts(&report), reasons(&report)), ((1, 0, 0, 0), vec![(3, "No id")]));
    let renamed = file(&stage, "p.csv", "id,title,council\n7,Boxes,BCH\n");
    assert_eq!(counts(&import_projects(&stage.registry, &renamed, &options).await.unwrap()), (0, 1, 0, 0));
    assert_eq!(the_only_project(&stage).await.1.title, "Boxes");
}

#[tokio::test]
async fn missing_columns_leave_fields_unchanged() {
    let stage = with_councils().await;
    let whole = "title,council,summary,why,problem,as_a,i_need,so_that,evidence,services,phase,started,ended,learned,\
                 approach,product,supplier,contract_ends,collaboration,budget_band,contact,contact_name,lang,tags,\
                 licence,reuse,repository,website\n\
                 Bins,BCH,Sum,Why,Problem,resident,report,it,calls,4,beta,1/3/2025,1/3/2026,Much,buy,Prod,Acme,1/3/2027,\
                 open to talk,25k,digital@barchester.example,Digital,cy,\"a;b\",MIT,Freely,https://a.example,https://b.example\n";
    let path = file(&stage, "whole.csv", whole);
    let visibility = Some(guildhall_protocol::Visibility::Councils);
    let choices = ProjectOptions { visibility, ..ProjectOptions::default() };
    let report = import(&stage, &path, &ImportOptions::default(), &choices).await.unwrap();
    assert_eq!((counts(&report), report.cells.clone()), ((1, 0, 0, 0), vec![]));
    let stored = async || stage.everything("project").await.remove(0).1;
    let before = stored().await;
    assert_eq!(before["visibility"], "councils");

    // One column at a time, with the others missing or empty: nothing else changes, not even the visibility.
    let headings: Vec<&str> = whole.lines().next().unwrap().split(',').map(str::trim).collect();
    let empty = format!("{}\nBins,BCH{}\n", headings.join(","), ",".repeat(headings.len() - 2));
    for narrow in ["title,council\nBins,BCH\n", "title,council,phase\nBins,BCH,n/a\n", &empty] {
        let path = file(&stage, "narrow.csv", narrow);
        let report =
            import(&stage, &path, &ImportOptions::default(), &ProjectOptions::default()).await.unwrap();
        assert_eq!(counts(&report), (0, 0, 1, 0), "{narrow}");
        assert_eq!(stored().await, before);
    }
    let path =
        file(&stage, "narrow.csv", "title,council,phase,summary,website\nBins,BCH,live,,https://c.example\n");
    import(&stage, &path, &ImportOptions::default(), &ProjectOptions::default()).await.unwrap();
    let after: Project = serde_json::from_value(stored().await).unwrap();
    let links: Vec<&str> = after.links.iter().map(|link| link.url.as_str()).collect();
    assert_eq!((after.summary.as_str(), links), ("Sum", vec!["https://a.example", "https://c.example"]));
    assert_eq!(after.phase_dates.len(), 1, "the beta's dates stay the beta's");

    let clear = ImportOptions { clear_empty: true, ..ImportOptions::default() };
    let path = file(&stage, "empty.csv", &empty);
    import(&stage, &path, &clear, &ProjectOptions::default()).await.unwrap();
    let after: Project = serde_json::from_value(stored().await).unwrap();
    assert_eq!(
        (after.summary.as_str(), after.supplier.as_str(), after.contact.mailbox.as_str()),
        ("", "", "")
    );
    assert!(after.tags.is_empty() && after.needs.is_empty() && after.links.is_empty());
    assert_eq!(after.visibility, guildhall_protocol::Visibility::Councils);
}

#[tokio::test]
async fn a_narrower_list_of_councils_takes_nothing_away() {
    let stage = with_councils().await;
    let stored = async || stage.everything("council").await;
    let before = stored().await;
    for narrow in [
        "local-authority-code,official-name,nation\nBCH,Barchester City Council,England\nOLD,Old Barset Council,England\n",
        "local-authority-code\nBCH\nOLD\n",
        "local-authority-code,end-date,replaced-by,gss-code,lat,alt-names,official-name,nation\nOLD,,,,,,,\nBCH,,,,,,,\n",
    ] {
        let report = import_councils(&stage.registry, &file(&stage, "c.csv", narrow)).await.unwrap();
        assert_eq!((counts(&report), reasons(&report)), ((0, 0, 2, 0), vec![]), "{narrow}");
        assert_eq!(stored().await, before);
    }
    let clear = ImportOptions { clear_empty: true, ..ImportOptions::default() };
    let path = file(&stage, "c.csv", "local-authority-code,gss-code,end-date,replaced-by\nBCH,,,\nOLD,,,\n");
    let planned = plan_councils(&stage.registry, &path, &clear).await.unwrap();
    assert_eq!(counts(planned.report()), (0, 1, 1, 0), "who comes after a council is never taken back");
    assert_eq!(stored().await, before, "a plan writes nothing");
    apply_import(&stage.registry, planned).await.unwrap();
    let councils: Vec<Council> = stage.get("/api/v1/councils", None).await.json();
    let find = |code: &str| councils.iter().find(|council| council.code.as_str() == code).unwrap();
    assert_eq!(find("BCH").gss_code, "");
    assert!(find("OLD").ended.is_some() && find("OLD").successors.len() == 1);
}

#[tokio::test]
async fn a_successor_must_exist_and_be_another_council() {
    let stage = TestRegistry::empty().await;
    let csv = "local-authority-code,official-name,nation,end-date,replaced-by\n\
               AAA,Old,England,2020-03-31,\"CCC,AAA,ZZZ,?\"\n\
               CCC,New,England,,\n\
               DDD,No nation,,,\n\
               EEE,After nobody,England,2020-03-31,DDD\n";
    let report = import_councils(&stage.registry, &file(&stage, "c.csv", csv)).await.unwrap();
    assert_eq!(counts(&report), (3, 0, 0, 0));
    let cells: Vec<(u64, &str)> = report.cells.iter().map(|note| (note.line, note.value.as_str())).collect();
    assert_eq!(cells, [(2, "AAA"), (2, "ZZZ"), (5, "DDD")]);
    let councils: Vec<Council> = stage.get("/api/v1/councils", None).await.json();
    let successors = |code: &str| -> Vec<String> {
        let council = councils.iter().find(|council| council.code.as_str() == code).unwrap();
        council.successors.iter().map(|successor| successor.council.to_string()).collect()
    };
    assert_eq!((successors("AAA"), successors("EEE")), (vec!["CCC".to_owned()], vec![]));
}

#[tokio::test]
async fn purged_projects_are_not_imported_again() {
    let stage = TestRegistry::sample().await;
    let pat = stage.sign_in(PAT).await;
    let path = file(&stage, "projects.csv", "title,council\nZebra bins,BCH\n");
    let (options, choices) = (ImportOptions::default(), ProjectOptions::default());
    assert_eq!(counts(&import(&stage, &path, &options, &choices).await.unwrap()), (1, 0, 0, 0));
    let (id, _) = projects(&stage).await.into_iter().find(|(_, it)| it.title == "Zebra bins").unwrap();
    let reason = json!({"reason": "It names someone"}).to_string();
    let removed = stage.ask(Method::DELETE, &routes::with(routes::PROJECT, &[&id]), Some(&pat), reason).await;
    assert_eq!(removed.status, StatusCode::NO_CONTENT, "{}", removed.text);

    let again = import(&stage, &path, &options, &choices).await.unwrap();
    assert_eq!(counts(&again), (0, 0, 0, 0));
    assert_eq!(reasons(&again), [(2, "This project was permanently deleted, and is not imported again")]);
}

#[tokio::test]
async fn projects_imported_by_early_versions_are_recognised() {
    let stage = with_councils().await;
    // Their ids were made from the title as typed, without the organisation.
    let namespace = uuid::Uuid::from_u128(0x9b1d_2f60_55a8_4d0c_8f3e_2b7a_61c4_90d5);
    let id = |key: &str| uuid::Uuid::new_v5(&namespace, key.as_bytes()).to_string();
    let source =
        |source: &str| ProjectOptions { source: Some(source.to_owned()), ..ProjectOptions::default() };
    for (key, title, why) in [
        ("BCH/children’s portal", "Children’s portal", ""),
        ("CAS/intranet", "Intranet", "Published by First Lab, which is not a council."),
        ("from x/7.0", "Trees", ""),
    ] {
        let council = if key.starts_with("CAS") { "CAS" } else { "BCH" };
        stage
            .put_project(
                &id(key),
                &json!({"council": council, "title": title, "why": why, "unclaimed": true,
            "contact": {"mailbox": "", "name": if why.is_empty() { "" } else { "First Lab" }}}),
            )
            .await;
    }
    let path = file(&stage, "p.csv", "title,council\nChildren's portal,BCH\n");
    assert_eq!(
        counts(&import_projects(&stage.registry, &path, &ProjectOptions::default()).await.unwrap()),
        (0, 1, 0, 0)
    );
    let others = ProjectOptions { others_under: Some("CAS".parse().unwrap()), ..ProjectOptions::default() };
    let path =
        file(&stage, "p.csv", "title,council\nIntranet,First lab\nIntranet,Second Lab\nIntranet,CAS\n");
    assert_eq!(counts(&import_projects(&stage.registry, &path, &others).await.unwrap()), (2, 0, 1, 0));
    let path = file(&stage, "p.csv", "id,title,council\n7,Trees,BCH\n");
    assert_eq!(counts(&import_projects(&stage.registry, &path, &source("x")).await.unwrap()), (0, 0, 1, 0));
    assert_eq!(stage.everything("project").await.len(), 5);
}
