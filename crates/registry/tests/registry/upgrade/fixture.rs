//! A fixture: a small registry as SQL that SQLite and PostgreSQL can both run, named after its newest migration. The
//! migrations create the tables; the SQL fills them.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use sqlx::any::AnyTypeInfoKind;
use sqlx::migrate::Migrator;
use sqlx::{AnyPool, Column as _, Row as _, ValueRef as _};

use super::story::Told;
use crate::test_registry::TestRegistry;

pub(super) static MIGRATIONS: Migrator = sqlx::migrate!("./migrations");

/// A parsed fixture.
pub(super) struct Fixture {
    pub(super) schema: i64,
    /// The SHA-384 of its newest migration, as sqlx records it.
    pub(super) checksum: String,
    /// The time when it was written.
    pub(super) now: jiff::Timestamp,
    pub(super) told: Told,
    sql: String,
}

fn file(schema: i64) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(format!("tests/fixtures/schema-{schema:04}.sql"))
}

/// The checksum of a migration.
pub(super) fn checksum(schema: i64) -> String {
    let migration = MIGRATIONS.iter().find(|migration| migration.version == schema).unwrap();
    migration.checksum.iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

impl Fixture {
    /// One fixture for every schema, from the first to the newest.
    pub(super) fn all() -> Vec<Self> {
        MIGRATIONS.iter().map(|migration| Self::read(migration.version)).collect()
    }

    fn read(schema: i64) -> Self {
        let file = file(schema);
        let sql = std::fs::read_to_string(&file).unwrap_or_else(|error| {
            panic!("{}: {error}; GUILDHALL_WRITE_FIXTURES=1 makes the one of today's schema", file.display())
        });
        let said = |name: &str| {
            let prefix = format!("-- {name}: ");
            sql.lines().find_map(|line| line.strip_prefix(&prefix)).unwrap().to_owned()
        };
        Self {
            schema,
            checksum: said("checksum"),
            now: said("now").parse().unwrap(),
            told: Told { refresh_token: said("refresh token"), cursor: said("cursor") },
            sql: sql.clone(),
        }
    }

    /// The tables that have rows, each after those that it refers to.
    pub(super) fn tables(&self) -> Vec<String> {
        let named = |line: &str| line.strip_prefix("INSERT INTO ")?.split(' ').next().map(str::to_owned);
        let mut tables: Vec<String> = self.sql.lines().filter_map(named).collect();
        tables.dedup();
        tables
    }

    /// Fills an empty database, which is then as the registry of that time left it.
    pub(super) async fn put_into(&self, database: &AnyPool) {
        MIGRATIONS.run_to(self.schema, database).await.unwrap();
        sqlx::raw_sql(sqlx::AssertSqlSafe(self.sql.clone())).execute(database).await.unwrap();
    }

    /// The same as a backup file of that time.
    pub(super) async fn as_backup(&self, folder: &Path) -> PathBuf {
        sqlx::any::install_default_drivers();
        let database = format!("sqlite://{}?mode=rwc", folder.join("then.db").display());
        let database = AnyPool::connect(&database).await.unwrap();
        self.put_into(&database).await;
        let counter = &rows(&database, "counter").await[0];
        let (schema, now) = (self.schema, self.now);
        let mut lines = vec![json!({"format": "guildhall-registry-backup", "schema": schema, "made_at": now,
                                    "epoch": counter["epoch"], "seq": counter["seq"]})];
        for table in self.tables() {
            let rows = rows(&database, &table).await;
            lines.extend(rows.into_iter().map(|row| json!({"table": table, "row": row})));
        }
        database.close().await;
        let text: String = lines.iter().map(|line| format!("{line}\n")).collect();
        let sha256: String = Sha256::digest(&text).iter().map(|byte| format!("{byte:02x}")).collect();
        let (file, foot) = (folder.join("then.ndjson"), json!({"rows": lines.len() - 1, "sha256": sha256}));
        std::fs::write(&file, format!("{text}{foot}\n")).unwrap();
        file
    }
}

/// Writes the data of this registry as the fixture of the newest schema.
pub(super) async fn write(stage: &TestRegistry, told: &Told) {
    let schema = MIGRATIONS.iter().map(|migration| migration.version).max().unwrap();
    let mut text = format!(
        "-- What a registry keeps at schema {schema}. It stays as it is: what runs today must be able to go on from it.\n\
         -- checksum: {}\n-- now: {}\n-- refresh token: {}\n-- cursor: {}\n",
        checksum(schema),
        stage.now(),
        told.refresh_token,
        told.cursor
    );
    let database = stage.database().await;
    for table in guildhall_registry::TABLES {
        for rows in rows(&database, table).await.chunk_by(|one, next| one.keys().eq(next.keys())) {
            let names: Vec<&str> = rows.iter().take(1).flatten().map(|(name, _)| name.as_str()).collect();
            let values: Vec<String> = rows.iter().map(|row| format!("({})", literals(row))).collect();
            let (names, values) = (names.join(", "), values.join(",\n"));
            writeln!(text, "\nINSERT INTO {table} ({names}) VALUES\n{values};").unwrap();
        }
    }
    database.close().await;
    std::fs::write(file(schema), text).unwrap();
}

/// A row's values as SQL literals for both databases.
fn literals(row: &Row) -> String {
    let literal = |value: &Value| match value {
        Value::String(text) => format!("'{}'", text.replace('\'', "''")),
        other => other.to_string(),
    };
    row.values().map(literal).collect::<Vec<_>>().join(", ")
}

pub(super) type Row = serde_json::Map<String, Value>;

/// A table's rows in the same order on both databases, without NULL columns.
pub(super) async fn rows(database: &AnyPool, table: &str) -> Vec<Row> {
    let statement = sqlx::AssertSqlSafe(format!("SELECT * FROM {table}"));
    let mut rows: Vec<Row> = Vec::new();
    for row in sqlx::query(statement).fetch_all(database).await.unwrap() {
        let mut values = Row::new();
        for column in row.columns() {
            let raw = row.try_get_raw(column.name()).unwrap();
            let value: Value = match raw.type_info().kind() {
                AnyTypeInfoKind::Null => continue,
                AnyTypeInfoKind::Text => row.get::<String, _>(column.name()).into(),
                _ if raw.is_null() => continue,
                _ => row.get::<i64, _>(column.name()).into(),
            };
            values.insert(column.name().to_owned(), value);
        }
        rows.push(values);
    }
    rows.sort_by_key(|row| serde_json::to_string(row).unwrap());
    rows
}
