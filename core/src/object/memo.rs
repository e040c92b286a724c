//! What the VTIMEZONEs that were read last describe. Apps send the same few with every object, and to work one out
//! costs a hundred times what it takes to compare it.
//!
//! Remembering changes nothing but the time it takes: a zone costs the same steps whether it is remembered or not.

use std::cell::RefCell;

use super::bad::BadObject;
use super::zones::ObjectZone;
use crate::recurrence::Steps;

/// How many zones each thread remembers.
const ZONES: usize = 16;
/// The longest text that is remembered, in bytes.
const MAX_TEXT: usize = 8 * 1024;

/// A zone and what it cost to work it out.
struct Known {
    text: Box<[u8]>,
    zone: ObjectZone,
    steps: u32,
}

thread_local! {
    /// The one that was asked for last comes first.
    static KNOWN: RefCell<Vec<Known>> = const { RefCell::new(Vec::new()) };
}

/// The zone that `text` describes, as `work_out` finds it.
pub(super) fn zone(
    text: &[u8],
    steps: &mut Steps,
    work_out: impl FnOnce(&mut Steps) -> Result<ObjectZone, BadObject>,
) -> Result<ObjectZone, BadObject> {
    let known = KNOWN.with_borrow_mut(|known| {
        let place = known.iter().position(|known| *known.text == *text)?;
        known[..=place].rotate_right(1);
        Some((known[0].zone.clone(), known[0].steps))
    });
    if let Some((zone, cost)) = known
        && steps.left() >= cost
    {
        steps.spend(cost).expect("as many are left");
        return Ok(zone);
    }
    let before = steps.left();
    let zone = work_out(steps)?;
    if text.len() <= MAX_TEXT && !text.is_empty() {
        let known = Known { text: text.into(), zone: zone.clone(), steps: before - steps.left() };
        KNOWN.with_borrow_mut(|all| {
            all.retain(|other| other.text != known.text);
            all.truncate(ZONES - 1);
            all.insert(0, known);
        });
    }
    Ok(zone)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::time::Zone;

    fn costs(steps: &mut Steps) -> Result<ObjectZone, BadObject> {
        steps.spend(7).map_err(|why| BadObject::at(1, why.to_string()))?;
        Ok(Zone::UTC.into())
    }

    #[test]
    fn what_is_remembered_costs_the_same_steps() {
        let (mut first, mut second) = (Steps::new(10), Steps::new(10));

        let worked_out = zone(b"a zone", &mut first, costs).unwrap();
        let remembered = zone(b"a zone", &mut second, |_| unreachable!("it is known")).unwrap();

        assert_eq!((worked_out, first.left()), (remembered, second.left()));
        assert!(zone(b"a zone", &mut Steps::new(6), costs).is_err());
    }

    #[test]
    fn no_more_than_so_many_are_remembered() {
        for number in 0..3 * ZONES {
            zone(number.to_string().as_bytes(), &mut Steps::default(), costs).unwrap();
        }

        assert_eq!(KNOWN.with_borrow(Vec::len), ZONES);
    }
}
