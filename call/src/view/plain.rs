//! Everything as lines, for those who read with ears or fingers, and for pipes.

use std::time::Duration;

use super::command::HELP;
use super::scene::{Scene, clock};

/// Says in lines what changed since it looked last.
#[derive(Debug, Default)]
pub struct Lines {
    state: String,
    phrase: Option<String>,
    marks: Vec<&'static str>,
    quality: String,
    offer: Option<String>,
    /// How many lines of talk have been said: told apart by their time, as old ones are dropped.
    last_talk: Option<(Duration, usize)>,
}

impl Lines {
    /// What has to be said now. Each line is whole and needs no other.
    pub fn new_lines(&mut self, scene: &Scene) -> Vec<String> {
        let mut lines = Vec::new();
        if scene.state != self.state {
            self.state.clone_from(&scene.state);
            lines.push(format!("{}: {}", scene.peer, scene.state));
        }
        if scene.phrase != self.phrase {
            self.phrase.clone_from(&scene.phrase);
            lines.extend(scene.phrase.as_ref().map(|phrase| format!("phrase: {phrase} (the same at the other end?)")));
        }
        let marks = scene.marks();
        if marks != self.marks {
            let begins = marks.iter().filter(|mark| !self.marks.contains(mark));
            lines.extend(begins.map(|mark| format!("now: {mark}")));
            let ends = self.marks.iter().filter(|mark| !marks.contains(mark));
            lines.extend(ends.map(|mark| format!("no longer: {mark}")));
            self.marks = marks;
        }
        if scene.quality != self.quality {
            if !self.quality.is_empty() {
                lines.push(format!("quality: {}", scene.quality));
            }
            self.quality.clone_from(&scene.quality);
        }
        if scene.offer != self.offer {
            self.offer.clone_from(&scene.offer);
            let asks = |offer: &String| format!("{} offers {offer}: `take` or `refuse`", scene.peer);
            lines.extend(scene.offer.as_ref().map(asks));
        }
        let said = match self.last_talk {
            None => 0,
            Some((at, of_then)) => {
                let before = scene.talk.iter().filter(|said| said.at < at).count();
                let then = scene.talk.iter().filter(|said| said.at == at).count();
                before + of_then.min(then)
            }
        };
        lines.extend(scene.talk.iter().skip(said).map(ToString::to_string));
        self.last_talk = scene.talk.back().map(|last| {
            let of_then = scene.talk.iter().filter(|said| said.at == last.at).count();
            (last.at, of_then)
        });
        lines
    }
}

/// How the call stands, in lines.
pub fn status(scene: &Scene, now: Duration) -> Vec<String> {
    let mut lines = vec![format!("{}: {}", scene.peer, scene.state)];
    lines.extend(scene.lasted(now).map(|lasted| format!("since {}", clock(lasted))));
    lines.extend(scene.figures.map(|figures| figures.to_string()));
    lines.extend(scene.phrase.as_ref().map(|phrase| format!("phrase: {phrase}")));
    let marks = scene.marks();
    if !marks.is_empty() {
        lines.push(marks.join(", "));
    }
    lines.push(format!("quality: {}", scene.quality));
    lines
}

/// Every command, in lines.
pub fn help() -> Vec<String> {
    HELP.iter().map(|(_, words, what)| format!("{words}: {what}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_that_changes_is_a_line_once() {
        let mut scene = Scene { peer: "Ada".into(), state: "waiting for Ada".into(), ..Scene::default() };
        let mut lines = Lines::default();
        assert_eq!(lines.new_lines(&scene), ["Ada: waiting for Ada"]);
        assert_eq!(lines.new_lines(&scene), [""; 0]);

        scene.state = "connected, direct".into();
        scene.phrase = Some("one two three".into());
        scene.muted = true;
        scene.said("Ada", "hello", Duration::from_secs(1));
        let expected = [
            "Ada: connected, direct",
            "phrase: one two three (the same at the other end?)",
            "now: muted",
            "Ada: hello",
        ];
        assert_eq!(lines.new_lines(&scene), expected);

        scene.muted = false;
        scene.said("Ada", "again", Duration::from_secs(1));
        scene.note("a note", Duration::from_secs(2));
        scene.offer = Some("notes.txt, 3 KB".into());
        let expected = ["no longer: muted", "Ada offers notes.txt, 3 KB: `take` or `refuse`", "Ada: again", "* a note"];
        assert_eq!(lines.new_lines(&scene), expected);
        assert_eq!(lines.new_lines(&scene), [""; 0]);
    }

    #[test]
    fn a_quality_is_a_line_when_it_is_another_one() {
        let mut scene = Scene { quality: "best".into(), ..Scene::default() };
        let mut lines = Lines::default();
        assert_eq!(lines.new_lines(&scene), [""; 0], "it is as always");
        scene.quality = "least".into();
        assert_eq!(lines.new_lines(&scene), ["quality: least"]);
    }

    #[test]
    fn nothing_said_is_left_out_though_old_lines_are_dropped() {
        let (mut scene, mut lines) = (Scene::default(), Lines::default());
        let mut heard = 0;
        for second in 0..500 {
            scene.said("Ada", "x", Duration::from_secs(second / 3));
            heard += lines.new_lines(&scene).len();
        }
        assert_eq!(heard, 500);
    }

    #[test]
    fn whatever_the_screen_shows_can_be_asked_for() {
        let scene = Scene {
            peer: "Ada".into(),
            state: "connected, relayed".into(),
            connected: Some(Duration::ZERO),
            phrase: Some("one two".into()),
            quality: "high".into(),
            recording: true,
            peer_records: true,
            ..Scene::default()
        };
        let expected = [
            "Ada: connected, relayed",
            "since 1:05",
            "phrase: one two",
            "the other records, recording",
            "quality: high",
        ];
        assert_eq!(status(&scene, Duration::from_secs(65)), expected);
    }
}
