//! The real public lists and catalogues, if they are available.

use std::path::PathBuf;

use guildhall_protocol::Council;
use guildhall_registry::{ImportOptions, ProjectOptions, import_councils, import_services};

use super::{counts, file, import, map, projects, reasons};
use crate::test_registry::TestRegistry;

#[tokio::test]
#[ignore = "needs GUILDHALL_DATA, a folder of real data"]
async fn real_data_comes_in_whole() {
    let Some(data) = std::env::var_os("GUILDHALL_DATA").map(PathBuf::from) else {
        eprintln!("skipped: GUILDHALL_DATA does not name a folder");
        return;
    };
    let stage = TestRegistry::empty().await;
    let councils = data.join("councils/uk-local-authorities.csv");
    let report = import_councils(&stage.registry, &councils).await.unwrap();
    assert_eq!((counts(&report), reasons(&report)), ((470, 0, 0, 0), vec![]));
    assert_eq!(counts(&import_councils(&stage.registry, &councils).await.unwrap()), (0, 0, 470, 0));
    let stored: Vec<Council> = stage.get("/api/v1/councils", None).await.json();
    assert_eq!(stored.iter().filter(|council| council.ended.is_some()).count(), 73);

    let services = data.join("services/lgsl-subset.csv");
    let report = import_services(&stage.registry, &services).await.unwrap();
    assert_eq!((counts(&report), reasons(&report)), ((75, 0, 0, 0), vec![]));

    let options =
        map(&[("description", "description_markdown"), ("phase", "status"), ("council", "organisation")]);
    let mut choices = ProjectOptions::default();
    let pipeline = data.join("pipeline-2014/projects.json");
    let report = import(&stage, &pipeline, &options, &choices).await.unwrap();
    assert_eq!((report.tally.new, report.left_out.len()), (9, 7), "{:?}", report.left_out);
    let relationships = report.unused.iter().find(|unused| unused.column == "relationships").unwrap();
    assert_eq!(relationships.values.len(), 12);

    let network = "local-authority-code,official-name,nation\nLGD,A network of councils,England\n";
    import_councils(&stage.registry, &file(&stage, "network.csv", network)).await.unwrap();
    choices.others_under = Some("LGD".parse().unwrap());
    let report = import(&stage, &pipeline, &options, &choices).await.unwrap();
    assert_eq!((counts(&report), reasons(&report)), ((7, 0, 9, 0), vec![]));
    assert_eq!(report.under_another.len(), 7);
    let again = import(&stage, &pipeline, &options, &choices).await.unwrap();
    assert_eq!(counts(&again), (0, 0, 16, 0));
    assert!(projects(&stage).await.iter().all(|(_, project)| !project.summary.is_empty()));
}

/// Every name and slug in the two lists of councils must find its council, or be reported as ambiguous with the
/// councils that have it.
#[tokio::test]
#[ignore = "needs GUILDHALL_DATA, a folder of real data"]
async fn every_name_in_the_lists_finds_its_council() {
    let Some(data) = std::env::var_os("GUILDHALL_DATA").map(PathBuf::from) else {
        eprintln!("skipped: GUILDHALL_DATA does not name a folder");
        return;
    };
    let stage = TestRegistry::empty().await;
    let (list, govuk) =
        (data.join("councils/uk-local-authorities.csv"), data.join("councils/govuk-local-authorities.csv"));
    import_councils(&stage.registry, &list).await.unwrap();
    let councils: Vec<Council> = stage.get("/api/v1/councils", None).await.json();
    let ended =
        |code: &str| councils.iter().any(|council| council.code.as_str() == code && council.ended.is_some());
    let mut names: Vec<(String, String)> = Vec::new();
    let mut by_gss = std::collections::HashMap::new();
    for row in csv::Reader::from_path(&list).unwrap().deserialize() {
        let row: std::collections::HashMap<String, String> = row.unwrap();
        let code = &row["local-authority-code"];
        let columns =
            ["local-authority-code", "official-name", "nice-name", "welsh-name", "gss-code", "gov-uk-slug"];
        let cells = columns.iter().filter_map(|column| row.get(*column));
        names.extend(cells.map(|name| (name.clone(), code.clone())));
        // The list splits names at their commas; the parts are not names.
        let is_part = |part: &&str| {
            let whole = [&row["official-name"], &row["nice-name"], "armagh, banbridge and craigavon"];
            whole.iter().any(|name| {
                name.contains(',') && name.split(',').any(|piece| piece.trim().eq_ignore_ascii_case(part))
            })
        };
        let alternatives = row["alt-names"].split(',').map(str::trim).filter(|name| !is_part(name));
        names.extend(alternatives.map(|name| (name.to_owned(), code.clone())));
        names.extend(row["former-gss-codes"].split(',').map(|name| (name.to_owned(), code.clone())));
        by_gss.insert(row["gss-code"].clone(), code.clone());
    }
    for row in csv::Reader::from_path(&govuk).unwrap().deserialize() {
        let row: std::collections::HashMap<String, String> = row.unwrap();
        let Some(code) = by_gss.get(&row["gss"]).filter(|_| !row["gss"].is_empty()) else { continue };
        names.extend(["name", "slug"].map(|column| (row[column].clone(), code.clone())));
    }
    names.retain(|(name, _)| !name.is_empty() && !name.ends_with(" of"));
    names.sort();
    names.dedup();
    let mut csv = csv::Writer::from_writer(Vec::new());
    csv.write_record(["title", "council"]).unwrap();
    for (number, (name, _)) in names.iter().enumerate() {
        csv.write_record([format!("Project {number}"), name.clone()]).unwrap();
    }
    let path = file(&stage, "names.csv", csv.into_inner().unwrap());
    let report = import(&stage, &path, &ImportOptions::default(), &ProjectOptions::default()).await.unwrap();
    let mut wrong = Vec::new();
    let found = projects(&stage).await;
    let mut shared = 0;
    for (number, (name, code)) in names.iter().enumerate() {
        let title = format!("Project {number}");
        match found.iter().find(|(_, project)| project.title == title) {
            Some((_, project)) if project.council.as_str() == code => {}
            // A former council's name may also be a current council's.
            Some((_, project)) if ended(code) && !ended(project.council.as_str()) => shared += 1,
            Some((_, project)) => wrong.push(format!("{name} ({code}): {}", project.council)),
            None => match report.left_out.iter().find(|note| note.line == number as u64 + 2) {
                Some(note)
                    if note.reason.contains("matches several councils") && note.reason.contains(code) =>
                {
                    shared += 1
                }
                note => wrong.push(format!("{name} ({code}): {note:?}")),
            },
        }
    }
    eprintln!("{} names, {shared} of them shared", names.len());
    assert!(wrong.is_empty(), "{} of {}:\n{}", wrong.len(), names.len(), wrong.join("\n"));
}
