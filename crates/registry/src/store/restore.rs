//! Fills a new database with the rows of another one, for a restore or a move.

use sqlx::{Any, AnyConnection, Transaction};

use super::engine::{Database, Engine};
use super::{MIGRATIONS, OpenError};

/// One transaction: until it commits, the database stays empty.
pub(crate) struct Restore {
    engine: Engine,
    tx: Transaction<'static, Any>,
}

impl Restore {
    /// Creates the tables as of the migration `schema`. `None` if the database already has a registry in it.
    pub(crate) async fn begin(database: &Database, schema: i64) -> Result<Option<Self>, OpenError> {
        let engine = Engine::connect(database).await?;
        MIGRATIONS.run_to(schema, &engine.pool).await.map_err(OpenError::Migration)?;
        // Every registry that was ever opened has a counter row.
        let counters: i64 =
            sqlx::query_scalar("SELECT COUNT(*) FROM counter").fetch_one(&engine.pool).await?;
        if counters > 0 {
            engine.pool.close().await;
            return Ok(None);
        }
        let tx = engine.pool.begin().await?;
        Ok(Some(Self { engine, tx }))
    }

    /// The connection, inside the transaction.
    pub(crate) fn sql(&mut self) -> &mut AnyConnection {
        &mut self.tx
    }

    /// Runs the remaining migrations inside the transaction, so that later checks only need to know the newest schema.
    pub(crate) async fn bring_up_to_date(&mut self) -> Result<(), OpenError> {
        MIGRATIONS.run(&mut *self.tx).await.map_err(OpenError::Migration)
    }

    /// Commits the rows and closes the database.
    pub(crate) async fn finish(self) -> Result<(), OpenError> {
        self.tx.commit().await?;
        self.engine.pool.close().await;
        Ok(())
    }
}
