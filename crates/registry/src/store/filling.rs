//! A new database that is filled with the rows of another one.

use sqlx::{Any, AnyConnection, Transaction};

use super::engine::{Database, Engine};
use super::{MIGRATIONS, OpenError};

/// Filled in one transaction: until the end it is as empty as it was.
pub(crate) struct Filling {
    engine: Engine,
    tx: Transaction<'static, Any>,
}

impl Filling {
    /// Makes the tables as they were after that migration. None where a registry is there already.
    pub(crate) async fn begin(database: &Database, schema: i64) -> Result<Option<Self>, OpenError> {
        let engine = Engine::connect(database).await?;
        MIGRATIONS.run_to(schema, &engine.pool).await.map_err(OpenError::Migration)?;
        // Every registry that was ever opened has its counter.
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

    /// Brings what was put in up to date, inside the transaction: what looks at it afterwards knows one schema only.
    pub(crate) async fn bring_up_to_date(&mut self) -> Result<(), OpenError> {
        MIGRATIONS.run(&mut *self.tx).await.map_err(OpenError::Migration)
    }

    /// Keeps what was put in.
    pub(crate) async fn finish(self) -> Result<(), OpenError> {
        self.tx.commit().await?;
        self.engine.pool.close().await;
        Ok(())
    }
}
