//! What the person has set. Only what differs from the defaults is kept, so that a default can get better.

use super::App;
use crate::api::{DeviceName, Response, UiSettings};
use crate::error::ApiError;
use lucy_engine::DeviceChoice;
use serde_json::{Map, Value};
use std::ops::RangeInclusive;

/// The name under which the history keeps the settings.
const NAME: &str = "ui";
/// Sizes of text, in per cent.
const TEXT_SIZES: RangeInclusive<u32> = 80..=160;
/// The most bytes that changed settings have as JSON.
const LONGEST: usize = 64 * 1_024;

impl App {
    pub(super) async fn settings(&self) -> Result<Response, ApiError> {
        let devices = DeviceChoice::built().into_iter().map(DeviceName::from).collect();
        Ok(Response::Settings { settings: self.ui_settings().await?, defaults: UiSettings::default(), devices })
    }

    /// What the person has set.
    pub(super) async fn ui_settings(&self) -> Result<UiSettings, ApiError> {
        Ok(settings_of(&self.changed().await?))
    }

    pub(super) async fn set_settings(&self, patch: Map<String, Value>) -> Result<Response, ApiError> {
        let chosen = patch.contains_key("model") || patch.contains_key("device");
        let mut changed = self.changed().await?;
        merge(&mut changed, patch);
        let settings = checked(&changed)?;
        if chosen {
            self.models.check(settings.model.as_deref()).await?;
            self.models.follow_settings();
        }
        self.store.set_setting(NAME, &Value::Object(changed)).await?;
        self.settings().await
    }

    async fn changed(&self) -> Result<Map<String, Value>, ApiError> {
        match self.store.setting(NAME).await? {
            Some(Value::Object(changed)) => Ok(changed),
            _ => Ok(Map::new()),
        }
    }
}

/// A JSON merge patch, RFC 7396.
fn merge(target: &mut Map<String, Value>, patch: Map<String, Value>) {
    for (key, value) in patch {
        match (value, target.get_mut(&key)) {
            (Value::Null, _) => _ = target.shift_remove(&key),
            (Value::Object(inner), Some(Value::Object(old))) => merge(old, inner),
            (Value::Object(inner), _) => {
                let mut new = Map::new();
                merge(&mut new, inner);
                target.insert(key, new.into());
            }
            (value, _) => _ = target.insert(key, value),
        }
    }
}

/// The defaults with these changes, which must all make sense.
fn checked(changed: &Map<String, Value>) -> Result<UiSettings, ApiError> {
    let refused = |why: &str| ApiError::bad_request(format!("the settings were not changed: {why}"));
    let json = Value::Object(changed.clone());
    if json.to_string().len() > LONGEST {
        return Err(refused("they are too long"));
    }
    let settings: UiSettings = serde_json::from_value(json).map_err(|error| refused(&error.to_string()))?;
    if !TEXT_SIZES.contains(&settings.text_size) {
        return Err(refused("the size of text is 80 to 160 per cent"));
    }
    if settings.max_steps == Some(0) {
        return Err(refused("a run needs at least one step"));
    }
    Ok(settings)
}

/// The defaults with these changes. One that this version does not know or cannot use is passed over.
fn settings_of(changed: &Map<String, Value>) -> UiSettings {
    let mut usable = Map::new();
    for (key, value) in changed {
        usable.insert(key.clone(), value.clone());
        if checked(&usable).is_err() {
            usable.shift_remove(key);
        }
    }
    checked(&usable).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::Theme;
    use serde_json::json;

    fn map(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn patches_are_merged_key_by_key() {
        let mut changed = map(json!({"theme": "dark", "panes": {"wide": {"how": 30.0, "sources": 20.0}}}));
        merge(
            &mut changed,
            map(json!({"theme": null, "panes": {"wide": {"how": 25.0, "sources": null}}, "text_size": 120})),
        );
        assert_eq!(Value::Object(changed), json!({"panes": {"wide": {"how": 25.0}}, "text_size": 120}));
    }

    #[test]
    fn what_makes_no_sense_is_refused() {
        for wrong in [
            json!({"colour": "red"}),
            json!({"theme": "pink"}),
            json!({"text_size": 300}),
            json!({"max_steps": 0}),
            json!({"shortcuts": {"a": "x".repeat(LONGEST)}}),
        ] {
            assert!(checked(&map(wrong)).unwrap_err().message.contains("not changed"));
        }
        assert_eq!(checked(&map(json!({"theme": "contrast"}))).unwrap().theme, Theme::Contrast);
    }

    #[test]
    fn settings_of_another_version_are_passed_over() {
        let kept = map(json!({"theme": "dark", "hologram": true, "text_size": 7}));
        assert_eq!(settings_of(&kept), UiSettings { theme: Theme::Dark, ..UiSettings::default() });
    }
}
