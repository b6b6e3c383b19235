//! Data from every earlier version must open in this one, with nothing lost.

mod fixture;
mod story;

use std::collections::BTreeMap;

use fixture::{Fixture, Row, rows};
use guildhall_protocol::{AuditPage, Code, Coordination, Me, routes};
use guildhall_registry::History;
use http::StatusCode;
use serde_json::{Value, json};
use sqlx::{AnyPool, Row as _};

use crate::test_registry::{Answer, TestRegistry, new_project};

/// The registry opened on a fixture, and the rows of each table before that.
async fn opened(fixture: &Fixture) -> (TestRegistry, BTreeMap<String, Vec<Row>>) {
    let before = std::sync::Mutex::new(BTreeMap::new());
    let stage = TestRegistry::upon(fixture.now, async |database| {
        fixture.put_into(database).await;
        for table in fixture.tables() {
            let rows = rows(database, &table).await;
            before.lock().unwrap().insert(table, rows);
        }
    });
    let stage = stage.await;
    (stage, before.into_inner().unwrap())
}

async fn refreshed(stage: &TestRegistry, fixture: &Fixture) -> String {
    let answer = stage.post(routes::AUTH_TOKEN, json!({"refresh_token": fixture.told.refresh_token})).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
    answer.json::<Value>()["access_token"].as_str().unwrap().to_owned()
}

/// Columns replaced by others: who confirmed a lead, and requests to act for a council.
const REPLACED: [(&str, &str); 2] = [("memberships", "interim"), ("domains", "status")];

/// A table's current name.
fn goes_on_as(table: &str) -> &str {
    match table {
        "teams" => "seats",
        "departures" => "tombstones",
        table => table,
    }
}

/// The row as its columns and values are called now.
fn in_words_of_today(row: &mut Row) {
    if let Some(from) = row.remove("departures_from") {
        row.insert("tombstones_from".to_owned(), from);
    }
    for (_, value) in row.iter_mut() {
        if let Value::String(text) = value {
            *text = text.replace(r#""keeper":"#, r#""owner":"#);
            if text == "council_user" {
                *text = "contributor".to_owned();
            }
        }
    }
}

#[tokio::test]
async fn every_schema_is_brought_up_to_date_with_nothing_lost() {
    for fixture in Fixture::all() {
        let (stage, before) = opened(&fixture).await;
        let database = stage.database().await;
        for (table, rows_before) in before {
            let rows_now = rows(&database, goes_on_as(&table)).await;
            let requests = rows(&database, "council_requests").await;
            for mut row in rows_before {
                let was_asked_for = table == "domains" && row.get("status") == Some(&json!("asked"));
                row.retain(|column, _| !REPLACED.contains(&(table.as_str(), column)));
                in_words_of_today(&mut row);
                let rows_now = if was_asked_for {
                    row.remove("domain");
                    for (before, now) in [("added_by", "person"), ("added_at", "asked_at")] {
                        let value = row.remove(before).unwrap();
                        row.insert(now.to_owned(), value);
                    }
                    row.retain(|column, _| {
                        ["council", "person", "evidence", "asked_at"].contains(&column.as_str())
                    });
                    &requests
                } else {
                    &rows_now
                };
                let is_it = |now: &&Row| row.iter().all(|(column, value)| now.get(column) == Some(value));
                let schema = fixture.schema;
                assert!(rows_now.iter().any(|now| is_it(&now)), "{table} of schema {schema} lost {row:?}");
            }
        }
        database.close().await;
        assert_eq!(stage.registry.examine().await.unwrap(), [], "schema {}", fixture.schema);
    }
}

#[tokio::test]
async fn a_laptop_can_continue_after_any_upgrade() {
    for fixture in Fixture::all() {
        let (stage, before) = opened(&fixture).await;
        let ann = refreshed(&stage, &fixture).await;
        let me: Me = stage.get(routes::ME, Some(&ann)).await.json();
        assert_eq!((me.email.as_str(), me.councils[0].council.as_str()), (story::ANN, "GEN001"));
        // It continues reading, and new readers read everything; the digests agree, also without signing in.
        let on = stage.get(&format!("{}?after={}", routes::CHANGES, fixture.told.cursor), Some(&ann)).await;
        assert_eq!(on.status, StatusCode::OK, "schema {}: {}", fixture.schema, on.text);
        for token in [Some(&*ann), None] {
            let mut mirror = stage.mirror(token);
            mirror.sync(&stage.registry, 1000).await;
            assert!(mirror.count("project") >= 8 && mirror.count("update") == 1);
        }
        // Each submission keeps its verdict.
        let sent = before["submissions"].iter().filter(|row| row["person"] == me.person.to_string().as_str());
        let mut states = Vec::new();
        for row in sent {
            let path = format!("/api/v1/submissions/{}", row["id"].as_str().unwrap());
            let answer = stage.get(&path, Some(&ann)).await;
            assert_eq!(answer.status.is_success(), row["state"] != "refused", "{}", answer.text);
            states.push(row["state"].clone());
        }
        assert!(states.contains(&json!("published")) && states.contains(&json!("refused")), "{states:?}");

        stage.publish(&ann, new_project(&stage.new_id(), "GEN001", "After")).await;
        // Coordinators were added in the third schema.
        stage.registry.set_coordinator(story::PAT, true).await.unwrap();
        let pat = stage.sign_in(story::PAT).await;
        let ok = |answer: &Answer| assert_eq!(answer.status, StatusCode::OK, "{}", answer.text);
        let audit = stage.get(routes::AUDIT, Some(&pat)).await;
        ok(&audit);
        assert!(audit.json::<AuditPage>().next.is_some(), "who did what before is told, too");
        let queue = stage.get(routes::COORDINATION, Some(&pat)).await;
        ok(&queue);
        let _: Coordination = queue.json();
        stage.registry.maintain().await.unwrap();
        assert_eq!(stage.registry.examine().await.unwrap(), []);
    }
}

/// Deletions, reminders and publications have tables of their own; no rule reads the log.
#[tokio::test]
async fn no_rule_reads_the_audit_log() {
    // Reviews were added in the third schema, and the fifth is the first with a purge.
    for fixture in Fixture::all().into_iter().filter(|fixture| fixture.schema >= 5) {
        let (stage, before) = opened(&fixture).await;
        let acts =
            |action: &str| before["audit"].iter().filter(|row| row["action"] == action).collect::<Vec<_>>();
        let database = stage.database().await;
        sqlx::query("DELETE FROM audit").execute(&database).await.unwrap();
        database.close().await;
        stage.registry.maintain().await.unwrap();
        assert_eq!(stage.mails(), [""; 0], "who was reminded is not reminded again");

        let ann = refreshed(&stage, &fixture).await;
        let purged = acts("purge")[0]["subject"].as_str().unwrap().replace("project/", "");
        let again = stage.put(&stage.new_id(), &ann, &new_project(&purged, "GEN001", "Again")).await;
        assert_eq!(again.code(), Code::NotAllowed);
        assert_eq!(stage.registry.examine().await.unwrap(), []);

        // All of it was published eight days ago. Publish one more now.
        let (pat, alone) = (stage.sign_in(story::PAT).await, stage.new_id());
        let week = async || stage.get(routes::COORDINATION, Some(&pat)).await.json::<Coordination>().week;
        assert_eq!(week().await.councils, 0);
        stage.publish(&ann, new_project(&alone, "GEN001", "After")).await;
        let week_now = week().await;
        assert_eq!((week_now.new_projects, week_now.changes, week_now.councils), (1, 0, 1));
        let known: Vec<Row> = rows(&stage.database().await, "publications").await;
        let published =
            acts("publish").iter().filter(|row| !row["subject"].as_str().unwrap().ends_with(&purged)).count();
        assert_eq!(known.len(), published + 1, "schema {}", fixture.schema);
        assert!(known.iter().all(|row| row["council"].as_str().unwrap().starts_with("GEN")));
    }
}

/// Backups made by earlier versions can be restored.
#[tokio::test]
async fn a_backup_of_any_schema_is_restored() {
    for fixture in Fixture::all() {
        let folder = tempfile::tempdir().unwrap();
        let backup = fixture.as_backup(folder.path()).await;
        let stage = TestRegistry::restored(&backup, History::Same).await;
        stage.clock.turn(fixture.now.duration_since(stage.now()));
        let ann = refreshed(&stage, &fixture).await;
        let mut mirror = stage.mirror(Some(&ann));
        mirror.sync(&stage.registry, 1000).await;
        assert!(mirror.count("project") >= 8, "schema {}", fixture.schema);
        assert_eq!(stage.registry.examine().await.unwrap(), []);
    }
}

/// Every table, column, key, check and index, as the database reports them.
async fn schema(database: &AnyPool, is_postgres: bool) -> Vec<String> {
    let statement = match is_postgres {
        false => "SELECT COALESCE(sql, name) FROM sqlite_master WHERE name NOT LIKE '%sqlx%' ORDER BY 1",
        true => {
            "SELECT concat_ws(' ', table_name, column_name, data_type, is_nullable, column_default)
             FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE '%sqlx%'
             UNION SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' AND tablename NOT LIKE '%sqlx%'
             UNION SELECT concat_ws(' ', conrelid::regclass, pg_get_constraintdef(oid)) FROM pg_constraint
             WHERE connamespace = 'public'::regnamespace AND conrelid::regclass::text NOT LIKE '%sqlx%' ORDER BY 1"
        }
    };
    let rows = sqlx::query(statement).fetch_all(database).await.unwrap();
    rows.iter().map(|row| row.get::<String, _>(0)).collect()
}

#[tokio::test]
async fn a_migrated_database_has_the_schema_of_a_fresh_one() {
    let fresh = TestRegistry::empty().await;
    let is_postgres = fresh.config().database_url.is_some();
    let of_fresh = schema(&fresh.database().await, is_postgres).await;
    assert!(of_fresh.len() > 30, "{of_fresh:?}");
    for fixture in Fixture::all() {
        let (stage, _) = opened(&fixture).await;
        let migrated = schema(&stage.database().await, is_postgres).await;
        assert_eq!(migrated, of_fresh, "from schema {}", fixture.schema);
    }
}

/// With `GUILDHALL_WRITE_FIXTURES`, writes the fixture of the newest schema; without it, fails if that fixture is
/// missing.
#[tokio::test]
async fn there_is_a_fixture_of_every_schema() {
    if std::env::var_os("GUILDHALL_WRITE_FIXTURES").is_some() {
        let stage = TestRegistry::empty().await;
        let told = story::tell(&stage).await;
        fixture::write(&stage, &told).await;
    }
    for fixture in Fixture::all() {
        assert_eq!(
            fixture.checksum,
            fixture::checksum(fixture.schema),
            "a migration that landed is never changed"
        );
    }
}
