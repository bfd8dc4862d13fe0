//! The date and the time, which enter a run from here and nowhere else.

use std::time::Instant;
use time::{OffsetDateTime, UtcOffset};

/// The person's clock.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    offset: UtcOffset,
    origin: Instant,
}

impl Clock {
    /// A clock in the person's time zone. The zone can only be found while the program has one thread: call this
    /// first; afterwards it is a clock in UTC.
    pub fn local() -> Self {
        Self { offset: UtcOffset::current_local_offset().unwrap_or(UtcOffset::UTC), origin: Instant::now() }
    }

    /// The day, as `2026-11-23`.
    pub fn today(&self) -> String {
        date_of(OffsetDateTime::now_utc(), self.offset)
    }

    /// A moment as a person reads it: `2026-11-23 14:05`.
    pub fn show(&self, milliseconds: i64) -> String {
        let moment = OffsetDateTime::from_unix_timestamp_nanos(i128::from(milliseconds) * 1_000_000);
        let moment = moment.unwrap_or(OffsetDateTime::UNIX_EPOCH);
        let local = moment.to_offset(self.offset);
        format!("{} {:02}:{:02}", date_of(moment, self.offset), local.hour(), local.minute())
    }

    /// Milliseconds since the clock was made; never goes back.
    pub(crate) fn elapsed_ms(&self) -> u64 {
        u64::try_from(self.origin.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    /// A number that is another one each time: a seed for who gave none.
    pub(crate) fn seed(&self) -> u64 {
        OffsetDateTime::now_utc().unix_timestamp_nanos() as u64 % 1_000_000_007
    }
}

fn date_of(moment: OffsetDateTime, offset: UtcOffset) -> String {
    let day = moment.to_offset(offset).date();
    format!("{:04}-{:02}-{:02}", day.year(), u8::from(day.month()), day.day())
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{datetime, offset};

    #[test]
    fn the_day_is_that_of_the_time_zone() {
        let moment = datetime!(2026-11-23 23:30 UTC);
        assert_eq!(date_of(moment, UtcOffset::UTC), "2026-11-23");
        assert_eq!(date_of(moment, offset!(+1)), "2026-11-24");
    }

    #[test]
    fn moments_are_shown_to_the_minute() {
        let clock = Clock { offset: offset!(+2), origin: Instant::now() };
        assert_eq!(clock.show(0), "1970-01-01 02:00");
        assert_eq!(clock.show(i64::MAX), "1970-01-01 02:00");
    }
}
