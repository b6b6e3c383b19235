//! Importing: what comes in, what is told of what does not, and that a second time changes nothing.

use std::path::{Path, PathBuf};

use guildhall_protocol::{Council, Project};
use guildhall_registry::{
    ImportError, ProjectOptions, Report, import_councils, import_projects, import_services,
};
use http::StatusCode;
use serde_json::json;

use crate::stage::{ALEX, SAM, Stage, edit};

fn file(stage: &Stage, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
    let path = stage.folder.path().join(name);
    std::fs::write(&path, bytes).unwrap();
    path
}

/// (new, changed, unchanged, left alone)
fn counts(report: &Report) -> (usize, usize, usize, usize) {
    let tally = report.tally;
    (tally.new, tally.changed, tally.unchanged, tally.claimed)
}

fn reasons(report: &Report) -> Vec<(u64, &str)> {
    report.left_out.iter().map(|row| (row.line, row.reason.as_str())).collect()
}

async fn projects(stage: &Stage) -> Vec<(String, Project)> {
    let mut mirror = stage.mirror(None);
    mirror.sync(&stage.registry, 1000).await;
    let projects = mirror.records.into_iter().filter(|((kind, _), _)| kind == "project");
    let read = |body| serde_json::from_value(serde_json::Value::Object(body)).unwrap();
    projects.map(|((_, id), line)| (id, read(line.body.unwrap()))).collect()
}

async fn the_only_project(stage: &Stage) -> (String, Project) {
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

async fn with_councils() -> Stage {
    let stage = Stage::empty().await;
    let path = file(&stage, "councils.csv", COUNCILS);
    assert_eq!(counts(&import_councils(&stage.registry, &path).await.unwrap()), (3, 0, 0, 0));
    stage
}

#[tokio::test]
async fn councils_come_in_with_their_past() {
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
    let stage = Stage::empty().await;
    let csv = "local-authority-code,official-name,nation,end-date,lat\n\
               X,Too short,England,,\n\
               ABC,,England,,\n\
               ABD,Good,Wales,,\n\
               ABE,Bad nation,Wessex,,\n\
               ABF,Bad date,Wales,soon,\n\
               ABG,Bad place,Wales,,north\n\
               ABD,Twice,Wales,,\n";
    let report = import_councils(&stage.registry, &file(&stage, "c.csv", csv)).await.unwrap();
    assert_eq!(counts(&report), (1, 0, 0, 0));
    let lines: Vec<u64> = report.left_out.iter().map(|row| row.line).collect();
    assert_eq!(lines, [2, 3, 5, 6, 7, 8]);
    assert!(report.left_out.iter().all(|row| row.reason.len() > 15));
    let no_header = file(&stage, "c.csv", "ABC,Somewhere Council,England\n");
    let refused = import_councils(&stage.registry, &no_header).await.unwrap_err();
    assert!(matches!(refused, ImportError::NoHeader { .. }), "{refused}");
}

#[tokio::test]
async fn services_come_in_with_readable_names() {
    let stage = Stage::empty().await;
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
    let map = [("title", "project name"), ("budget_band", "Budget")];
    let options = ProjectOptions {
        map: map.map(|(field, column)| (field.to_owned(), column.to_owned())).to_vec(),
        ..ProjectOptions::default()
    };
    let report = import_projects(&stage.registry, &path, &options).await.unwrap();
    assert_eq!((counts(&report), reasons(&report)), ((1, 0, 0, 0), vec![]));
    assert_eq!(report.unused.iter().map(|unused| unused.column.as_str()).collect::<Vec<_>>(), ["Note"]);
    let (id, project) = the_only_project(&stage).await;
    assert!(project.unclaimed && project.confirmed_at.is_none() && project.keeper.is_none());
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
    let again = import_projects(&stage.registry, &path, &options).await.unwrap();
    assert_eq!(counts(&again), (0, 0, 1, 0));
    let path = file(&stage, "portfolio.csv", csv.replace("Pilot", "Live"));
    assert_eq!(counts(&import_projects(&stage.registry, &path, &options).await.unwrap()), (0, 1, 0, 0));

    // "This is ours": from now on it is theirs.
    stage.registry.add_domain("barchester.example", &"BCH".parse().unwrap()).await.unwrap();
    stage.registry.add_domain("casterbridge.example", &"CAS".parse().unwrap()).await.unwrap();
    let (sam, alex) = (stage.sign_in(SAM).await, stage.sign_in(ALEX).await);
    let claim = json!({"problem": "Bins are missed", "contact": {"mailbox": "digital@barchester.example", "name": ""}});
    let not_theirs = stage.put(&stage.new_id(), &alex, &edit(&id, "CAS", 2, claim.clone())).await;
    assert_eq!(not_theirs.status, StatusCode::FORBIDDEN);
    let claimed = stage.publish(&sam, edit(&id, "BCH", 2, claim)).await;
    assert_eq!(claimed.record["unclaimed"], false);
    assert_eq!(claimed.record["confirmed_at"], "2026-03-03T09:00:00Z");
    assert!(claimed.record["keeper"].is_string());
    let path = file(&stage, "portfolio.csv", csv);
    assert_eq!(counts(&import_projects(&stage.registry, &path, &options).await.unwrap()), (0, 0, 0, 1));
}

#[tokio::test]
async fn bad_rows_are_told_with_line_and_reason_and_the_others_go_in() {
    let stage = with_councils().await;
    let mut csv = b"title,council,phase,contact,website\nGood,BCH,alpha,,\n".to_vec();
    csv.extend(format!("{},BCH,,,\n", "x".repeat(10_000)).bytes());
    csv.extend(b"Unknown council,Satori Lab,,,\n,BCH,,,\nNobody's,,,,\nOdd phase,BCH,someday,,\n");
    csv.extend(b"Caf\xe9,BCH,,,\nScript,BCH,,,javascript:alert(1)\ngood,barchester,,,\n");
    let path = file(&stage, "p.csv", csv);
    let report = import_projects(&stage.registry, &path, &ProjectOptions::default()).await.unwrap();
    assert_eq!(counts(&report), (1, 0, 0, 0));
    assert_eq!(
        reasons(&report),
        [
            (3, "title: It has 10000 characters; the most is 120"),
            (4, "“Satori Lab” is not a council in this registry"),
            (5, "It has no title"),
            (6, "It names no council"),
            (7, "“someday” is not a phase: use idea, discovery, alpha, beta, live, retired or stopped"),
            (8, "It is not UTF-8 text: save the file as “CSV UTF-8” and import it again"),
            (9, "“javascript:alert(1)” is not a web address"),
            (10, "It is the same project as on line 2"),
        ]
    );
}

#[tokio::test]
async fn a_file_that_is_none_is_refused_in_a_sentence() {
    let stage = with_councils().await;
    let import = async |bytes: &[u8], map: &[(&str, &str)]| {
        let map = map.iter().map(|(field, column)| ((*field).to_owned(), (*column).to_owned())).collect();
        let options = ProjectOptions { map, ..ProjectOptions::default() };
        let path = file(&stage, "p", bytes);
        import_projects(&stage.registry, &path, &options).await.unwrap_err().to_string()
    };
    for (bytes, map, says) in [
        (&b"Missed bins,BCH\nPotholes,CAS\n"[..], &[][..], "none of them is title or council"),
        (b"\xff\xfet\0i\0", &[], "is not UTF-8 text"),
        (b"t\xeftle,council\n", &[], "line 1 is not UTF-8 text"),
        (b"", &[], "there is nothing in this file"),
        (b"[{\"title\": ", &[], "this is not JSON"),
        (b"title,council\n", &[("titel", "title")], "“titel” is not a field to import"),
        (b"title,council\n", &[("title", "Name")], "no column “Name”"),
    ] {
        let refusal = import(bytes, map).await;
        assert!(refusal.contains(says), "{refusal}");
    }
    let nowhere = import_projects(&stage.registry, Path::new("/nowhere"), &ProjectOptions::default()).await;
    assert!(nowhere.unwrap_err().to_string().contains("/nowhere can't be read"));
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
    assert_eq!(report.under_another[0].reason, "Satori Lab");
    let (_, project) = the_only_project(&stage).await;
    assert_eq!((project.council.as_str(), project.contact.name.as_str()), ("CAS", "Satori Lab"));
    assert_eq!(project.why, "Published by Satori Lab, which is not a council.");
}

#[tokio::test]
async fn with_a_source_a_row_is_known_by_its_id() {
    let stage = with_councils().await;
    let options = ProjectOptions { source: Some("pipeline".to_owned()), ..ProjectOptions::default() };
    let first = file(&stage, "p.csv", "id,title,council\n7,Bins,BCH\n,No id,BCH\n");
    let report = import_projects(&stage.registry, &first, &options).await.unwrap();
    assert_eq!((counts(&report), reasons(&report)), ((1, 0, 0, 0), vec![(3, "It has no id")]));
    let renamed = file(&stage, "p.csv", "id,title,council\n7,Boxes,BCH\n");
    assert_eq!(counts(&import_projects(&stage.registry, &renamed, &options).await.unwrap()), (0, 1, 0, 0));
    assert_eq!(the_only_project(&stage).await.1.title, "Boxes");
}

#[tokio::test]
#[ignore = "needs GUILDHALL_DATA, a folder of real data"]
async fn real_data_comes_in_whole() {
    let Some(data) = std::env::var_os("GUILDHALL_DATA").map(PathBuf::from) else {
        eprintln!("skipped: GUILDHALL_DATA does not name a folder");
        return;
    };
    let stage = Stage::empty().await;
    let councils = data.join("councils/uk-local-authorities.csv");
    let report = import_councils(&stage.registry, &councils).await.unwrap();
    assert_eq!((counts(&report), reasons(&report)), ((470, 0, 0, 0), vec![]));
    assert_eq!(counts(&import_councils(&stage.registry, &councils).await.unwrap()), (0, 0, 470, 0));
    let stored: Vec<Council> = stage.get("/api/v1/councils", None).await.json();
    assert_eq!(stored.iter().filter(|council| council.ended.is_some()).count(), 73);

    let services = data.join("services/lgsl-subset.csv");
    let report = import_services(&stage.registry, &services).await.unwrap();
    assert_eq!((counts(&report), reasons(&report)), ((75, 0, 0, 0), vec![]));

    let map = [("description", "description_markdown"), ("phase", "status"), ("council", "organisation")];
    let mut options = ProjectOptions {
        map: map.map(|(field, column)| (field.to_owned(), column.to_owned())).to_vec(),
        ..ProjectOptions::default()
    };
    let pipeline = data.join("pipeline-2014/projects.json");
    let report = import_projects(&stage.registry, &pipeline, &options).await.unwrap();
    assert_eq!((report.tally.new, report.left_out.len()), (9, 7), "{:?}", report.left_out);
    let relationships = report.unused.iter().find(|unused| unused.column == "relationships").unwrap();
    assert_eq!(relationships.values, 12);

    let network = "local-authority-code,official-name,nation\nLGD,A network of councils,England\n";
    import_councils(&stage.registry, &file(&stage, "network.csv", network)).await.unwrap();
    options.others_under = Some("LGD".parse().unwrap());
    let report = import_projects(&stage.registry, &pipeline, &options).await.unwrap();
    assert_eq!((counts(&report), reasons(&report)), ((7, 0, 9, 0), vec![]));
    assert_eq!(report.under_another.len(), 7);
    let again = import_projects(&stage.registry, &pipeline, &options).await.unwrap();
    assert_eq!(counts(&again), (0, 0, 16, 0));
    assert!(projects(&stage).await.iter().all(|(_, project)| !project.summary.is_empty()));
}
