//! Whether a history can be told as one thing after another.
//!
//! Each operation takes effect at one instant between its invocation and its
//! return; one whose outcome nobody knows may take effect at any time after its
//! invocation, or never. The search of Wing and Gong with the memory of Lowe:
//! depth first over what could come next, never twice through the same set of
//! operations with the same state.

use std::collections::HashSet;

use super::model::{Action, Answer, Model, Tried};
use super::state::State;

/// How many steps one search takes before it gives up.
pub const MAX_STEPS: u64 = 2_000_000;

/// One operation of a history.
#[derive(Debug, Clone)]
pub struct Op {
    /// When it was asked, in microseconds.
    pub invoke: u64,
    /// When it was answered; [`u64::MAX`] if never.
    pub ret: u64,
    /// Whether it may never have happened at all.
    pub maybe: bool,
    /// Who asked, for people who read the excerpt.
    pub client: usize,
    /// What was asked.
    pub action: Action,
    /// What was answered.
    pub answer: Answer,
}

/// What a search found.
#[derive(Debug)]
pub enum Found {
    /// An order that explains everything, after so many steps.
    Order(u64),
    /// There is none. The excerpt shows where it ends.
    None(String),
    /// Too many orders to try all: nothing is known.
    Inconclusive(u64),
}

/// Looks for an order that explains `ops`, in at most `max_steps`.
pub fn search(model: &Model, mut ops: Vec<Op>, max_steps: u64) -> Found {
    ops.sort_by_key(|op| (op.invoke, op.ret));
    let mut seen = HashSet::new();
    let mut best = Frame::start(ops.len());
    let mut stack = vec![Frame::start(ops.len())];
    let mut steps = 0;
    while let Some(mut frame) = stack.pop() {
        steps += 1;
        if steps > max_steps {
            return Found::Inconclusive(steps);
        }
        frame.take_what_changes_nothing(model, &ops);
        if frame.is_done(&ops) {
            return Found::Order(steps);
        }
        if !seen.insert((frame.done.clone(), frame.state.clone())) {
            continue;
        }
        if frame.order.len() > best.order.len() {
            best = frame.clone();
        }
        // The one that was answered first is tried first: it is pushed last.
        let mut next = frame.candidates(&ops);
        next.sort_by_key(|at| std::cmp::Reverse((ops[*at].maybe, ops[*at].ret)));
        for at in next {
            match model.try_on(&frame.state, &ops[at].action, &ops[at].answer) {
                Tried::Next(state) => stack.push(frame.after(at, state)),
                // A move to where it is: elsewhere in the order it may be a real one.
                Tried::Same => stack.push(frame.after(at, frame.state.clone())),
                Tried::Misfit => {}
            }
        }
    }
    Found::None(excerpt(model, &ops, &best))
}

#[derive(Clone)]
struct Frame {
    done: Vec<u64>,
    order: Vec<usize>,
    state: State,
    /// Everything before this is done.
    first: usize,
}

impl Frame {
    fn start(len: usize) -> Self {
        Self { done: vec![0; len.div_ceil(64)], order: Vec::new(), state: State::default(), first: 0 }
    }

    fn has(&self, at: usize) -> bool {
        self.done[at / 64] & (1 << (at % 64)) != 0
    }

    fn mark(&mut self, at: usize) {
        self.done[at / 64] |= 1 << (at % 64);
        self.order.push(at);
        while self.first < self.done.len() * 64 && self.has(self.first) {
            self.first += 1;
        }
    }

    fn after(&self, at: usize, state: State) -> Self {
        let mut next = self.clone();
        next.state = state;
        next.mark(at);
        next
    }

    fn left<'a>(&'a self, ops: &'a [Op]) -> impl Iterator<Item = usize> + 'a {
        (self.first..ops.len()).filter(|at| !self.has(*at))
    }

    fn is_done(&self, ops: &[Op]) -> bool {
        self.left(ops).all(|at| ops[at].maybe)
    }

    /// Operations that nothing left undone was answered before.
    fn candidates(&self, ops: &[Op]) -> Vec<usize> {
        let mut first_ret = u64::MAX;
        let mut candidates = Vec::new();
        for at in self.left(ops) {
            if ops[at].invoke > first_ret {
                break;
            }
            if !ops[at].maybe {
                first_ret = first_ret.min(ops[at].ret);
            }
            candidates.push(at);
        }
        candidates.retain(|at| ops[*at].invoke <= first_ret);
        candidates
    }

    /// A refusal or a look that fits now can be taken now: wherever it stands, it changes nothing for the others.
    fn take_what_changes_nothing(&mut self, model: &Model, ops: &[Op]) {
        loop {
            let candidates = self.candidates(ops);
            let fits = |at: &usize| {
                !changes(&ops[*at]) && model.try_on(&self.state, &ops[*at].action, &ops[*at].answer) == Tried::Same
            };
            let same: Vec<usize> = candidates.into_iter().filter(fits).collect();
            if same.is_empty() {
                return;
            }
            same.into_iter().for_each(|at| self.mark(at));
        }
    }
}

/// How many operations an excerpt shows before the place where no order goes on.
const SHOWN: usize = 12;

fn excerpt(model: &Model, ops: &[Op], best: &Frame) -> String {
    let mut text = String::from("  explained, the last of them:\n");
    for at in &best.order[best.order.len().saturating_sub(SHOWN)..] {
        text.push_str(&line(&ops[*at]));
    }
    text.push_str("  then it stands so:\n");
    text.push_str(&best.state.to_string());
    text.push_str("  and none of these can come next:\n");
    for at in best.candidates(ops).into_iter().take(SHOWN) {
        text.push_str(&line(&ops[at]));
        text.push_str(&format!("      fitting: {}\n", model.expected(&best.state, &ops[at].action)));
        let Some(claim) = ops[at].action.claim() else { continue };
        let about = |op: &&Op| op.action.claim() == Some(claim) && changes(op);
        for op in ops.iter().filter(about).take(SHOWN) {
            text.push_str(&format!("      before and after: {}", line(op).trim_start()));
        }
    }
    text
}

/// Whether it can change anything, wherever in the order it stands.
fn changes(op: &Op) -> bool {
    let looks = matches!(op.action, Action::Read { .. } | Action::Look { .. } | Action::Last);
    !looks && !matches!(op.answer, Answer::Refused(_))
}

fn line(op: &Op) -> String {
    let ret = if op.ret == u64::MAX { "never".to_owned() } else { op.ret.to_string() };
    format!("    [{}..{ret} us] client {}: {:?} -> {:?}\n", op.invoke, op.client, op.action, op.answer)
}
