//! Several processes that share one PostgreSQL database.

use std::collections::BTreeSet;
use std::sync::mpsc;

use futures_util::future::join_all;
use guildhall_protocol::{Verdict, routes};
use http::{Method, StatusCode};
use serde_json::{Value, json};

use crate::program::{self, Serving};
use crate::test_registry::{SAM, TestRegistry, ask, edit, new_project};

#[tokio::test]
#[ignore = "needs GUILDHALL_TEST_POSTGRES, a PostgreSQL to make databases on"]
async fn a_waiting_reader_is_woken_whichever_process_took_the_write() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let mut mirror = stage.mirror(Some(&sam));
    mirror.sync(&stage.registry, routes::MAX_PAGE).await;
    let beside = stage.beside().await;
    let path = format!("{}?after={}&wait=25", routes::CHANGES, mirror.cursor);
    let waiting = stage.get_and_wait(&path, Some(&sam)).await;
    let record = stage.new_id();
    let put = format!("/api/v1/submissions/{}", stage.new_id());
    let sent = ask(&beside, Method::PUT, &put, Some(&sam), new_project(&record, "BCH", "Bins").to_string());
    assert_eq!(sent.await.status, StatusCode::OK);
    // The test's clock stands still, so only the notification can end the wait.
    mirror.take(&waiting.await.unwrap());
    assert!(mirror.has("project", &record));
}

/// With a database sequence, numbers are allocated before the commit and can become visible out of order: a reader
/// would skip one for good.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "needs GUILDHALL_TEST_POSTGRES, a PostgreSQL to make databases on"]
async fn sequence_numbers_appear_in_order_across_processes() {
    const WRITERS: usize = 4;
    const WRITES: usize = 25;
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let registries = [stage.registry.clone(), stage.beside().await];
    let mut readers = registries.clone().map(|registry| (registry, stage.mirror(Some(&sam))));
    for (registry, mirror) in &mut readers {
        mirror.sync(registry, routes::MAX_PAGE).await;
    }
    let mut writers = tokio::task::JoinSet::new();
    for writer in 0..WRITERS {
        let (registry, sam) = (registries[writer % registries.len()].clone(), sam.clone());
        let ids: Vec<_> = (0..WRITES).map(|_| (stage.new_id(), stage.new_id())).collect();
        writers.spawn(async move {
            let mut numbers = Vec::new();
            for (submission, record) in ids {
                let path = format!("/api/v1/submissions/{submission}");
                let body = new_project(&record, "BCH", "Bins").to_string();
                let answer = ask(&registry, Method::PUT, &path, Some(&sam), body).await;
                assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
                numbers.push((answer.json::<Verdict>().seq, record));
            }
            numbers
        });
    }
    let mut written = Vec::new();
    while written.len() < WRITERS * WRITES {
        for (registry, mirror) in &mut readers {
            // `sync` asserts that sequence numbers increase and that the digest covers everything.
            mirror.sync(registry, 3).await;
        }
        if let Some(done) = writers.try_join_next() {
            written.extend(done.unwrap());
        }
    }
    let numbers: BTreeSet<u64> = written.iter().map(|(seq, _)| *seq).collect();
    let (least, most) = (numbers.first().unwrap(), numbers.last().unwrap());
    assert_eq!(most - least + 1, (WRITERS * WRITES) as u64, "no number twice, and none left out");
    for (registry, mirror) in &mut readers {
        mirror.sync(registry, 3).await;
        assert!(written.iter().all(|(_, record)| mirror.has("project", record)));
    }
}

#[tokio::test]
#[ignore = "needs GUILDHALL_TEST_POSTGRES, a PostgreSQL to make databases on"]
async fn one_submission_that_two_processes_get_at_once_is_taken_once() {
    let stage = TestRegistry::sample().await;
    let sam = stage.sign_in(SAM).await;
    let beside = stage.beside().await;
    let record = stage.new_id();
    stage.publish(&sam, new_project(&record, "BCH", "Bins")).await;
    let path = format!("/api/v1/submissions/{}", stage.new_id());
    let body = edit(&record, "BCH", 1, json!({"title": "Bins and bags"})).to_string();
    let sent = (0..8).map(|n| {
        let registry = if n % 2 == 0 { &stage.registry } else { &beside };
        ask(registry, Method::PUT, &path, Some(&sam), body.clone())
    });
    let verdicts: Vec<Verdict> = join_all(sent).await.iter().map(|answer| answer.json()).collect();
    assert!(verdicts.iter().all(|verdict| (verdict.version, verdict.seq) == (2, verdicts[0].seq)));
}

/// Every laptop sends unanswered submissions again, to whichever process is left.
#[tokio::test]
#[ignore = "needs GUILDHALL_TEST_POSTGRES, a PostgreSQL to make databases on"]
async fn a_process_killed_under_load_loses_nothing() {
    const LAPTOPS: usize = 4;
    const TAGS: usize = 20;
    const KILLED_AFTER: usize = 10;
    let stage = TestRegistry::sample().await;
    let url = stage.config().database_url.unwrap().expose().to_string();
    let on_it = |words: &[&str]| {
        let mut program = program::registry(stage.folder.path(), words);
        program.env("GUILDHALL_DATABASE_URL", &url).env("GUILDHALL_LOG", "error");
        program
    };
    let code = on_it(&["auth", "issue-code", SAM]).output().unwrap().stdout;
    let code = String::from_utf8(code).unwrap();
    let (mut doomed, spared) = (Serving::by(&mut on_it(&[])), Serving::by(&mut on_it(&[])));
    let sign_in = json!({"email": SAM, "code": code.trim()}).to_string();
    let tokens = json_of(&spared.ask(&format!("POST {}", routes::AUTH_EMAIL_VERIFY), &sign_in)).unwrap();
    let token = tokens["access_token"].as_str().unwrap();

    let addresses = [doomed.address().to_owned(), spared.address().to_owned()];
    let send = |id: &str, body: &Value| {
        let request = format!("PUT /api/v1/submissions/{id}");
        let asked = addresses.iter().cycle().take(100);
        let answers = asked.map(|address| program::ask(address, &request, Some(token), &body.to_string()));
        let answered = answers.flatten().find_map(|answer| json_of(&answer)).unwrap();
        answered["seq"].as_u64().unwrap_or_else(|| panic!("{answered}"))
    };
    // One project per laptop; each change adds a tag.
    let projects: Vec<_> = (0..LAPTOPS).map(|_| stage.new_id()).collect();
    let changes = |record: &String| {
        let begun = (stage.new_id(), new_project(record, "BCH", "Bins"));
        let add_tag = |n| {
            let mut body = edit(record, "BCH", 1, json!({}));
            body["add"] = json!({"tags": [format!("tag {n}")]});
            (stage.new_id(), body)
        };
        std::iter::once(begun).chain((0..TAGS).map(add_tag)).collect::<Vec<_>>()
    };
    let laptops: Vec<_> = projects.iter().map(changes).collect();
    let (some_were_taken, enough) = mpsc::channel();
    let send = &send;
    let numbers: Vec<u64> = std::thread::scope(|scope| {
        let laptops: Vec<_> = laptops
            .iter()
            .map(|changes| {
                let some_were_taken = some_were_taken.clone();
                scope.spawn(move || {
                    let taken = changes.iter().map(|(id, body)| {
                        let number = send(id, body);
                        let _ = some_were_taken.send(());
                        number
                    });
                    taken.collect::<Vec<_>>()
                })
            })
            .collect();
        assert_eq!(enough.iter().take(KILLED_AFTER).count(), KILLED_AFTER);
        doomed.kill();
        laptops.into_iter().flat_map(|laptop| laptop.join().unwrap()).collect()
    });

    for record in projects {
        let shown = json_of(&spared.ask(&format!("GET /api/v1/projects/{record}"), "")).unwrap();
        assert_eq!(shown["version"], 1 + TAGS, "each once");
        assert_eq!(shown["body"]["tags"].as_array().unwrap().len(), TAGS, "and all of them");
    }
    assert_eq!(numbers.iter().collect::<BTreeSet<_>>().len(), LAPTOPS * (1 + TAGS));
}

/// The body of an answer, if it is complete.
fn json_of(answer: &str) -> Option<Value> {
    serde_json::from_str(answer.split_once("\r\n\r\n")?.1).ok()
}
