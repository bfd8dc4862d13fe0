//! What a person has set: JSON under names that this crate does not know.

use crate::{Store, StoreError};
use serde_json::Value;

impl Store {
    /// What is kept under this name.
    pub async fn setting(&self, name: &str) -> Result<Option<Value>, StoreError> {
        let json: Option<String> = sqlx::query_scalar("SELECT json FROM settings WHERE name = ?")
            .bind(name)
            .fetch_optional(&self.pool)
            .await
            .map_err(|error| self.failed(error))?;
        let parse = |json: String| {
            serde_json::from_str(&json).map_err(|error| StoreError::Setting { name: name.into(), error })
        };
        json.map(parse).transpose()
    }

    /// Keeps a value under this name.
    pub async fn set_setting(&self, name: &str, value: &Value) -> Result<(), StoreError> {
        sqlx::query("INSERT INTO settings (name, json) VALUES (?1, ?2) ON CONFLICT (name) DO UPDATE SET json = ?2")
            .bind(name)
            .bind(value.to_string())
            .execute(&self.pool)
            .await
            .map_err(|error| self.failed(error))?;
        Ok(())
    }
}
