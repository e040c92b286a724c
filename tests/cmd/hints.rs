//! Every command and flag that the sources tell somebody to type can be typed.

use std::path::{Path, PathBuf};

use clap::{Command, CommandFactory, Parser};
use meetme::cli::Cli;

/// What stands in a hint where a value comes in, and a value that can.
const VALUES: &[(&str, &str)] = &[("{id}", "0192aaaa-0000-7000-8000-000000000000"), ("{machine}", "Europe/Berlin")];

/// What is said between backticks in the code of the command line, with values put in.
fn said() -> Vec<(PathBuf, String)> {
    let mut said = Vec::new();
    for file in rust_files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        let text = std::fs::read_to_string(&file).expect("a source file");
        let code = text.split("\n#[cfg(test)]\nmod ").next().expect("a first part");
        let lines = code.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in lines {
            let quoted = line.split('`').skip(1).step_by(2);
            said.extend(quoted.map(|words| (file.clone(), filled(&words.replace("\\\"", "\"")))));
        }
    }
    said
}

fn filled(words: &str) -> String {
    let mut text = words.to_owned();
    for (name, value) in VALUES {
        text = text.replace(name, value);
    }
    while let (Some(from), Some(to)) = (text.find('{'), text.find('}')) {
        if to < from {
            break;
        }
        text.replace_range(from..=to, "ada");
    }
    text
}

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries
        .flat_map(|path| {
            let is_code = path.extension().is_some_and(|extension| extension == "rs");
            if path.is_dir() { rust_files(&path) } else { Vec::from_iter(is_code.then_some(path)) }
        })
        .collect()
}

/// Words as a shell splits them, with quotes of both kinds.
fn words(line: &str) -> Vec<String> {
    let (mut words, mut word, mut quote) = (Vec::new(), String::new(), None);
    for c in line.chars() {
        match (quote, c) {
            (None, '"' | '\'') => quote = Some(c),
            (Some(open), _) if open == c => quote = None,
            (None, ' ') => words.push(std::mem::take(&mut word)),
            _ => word.push(c),
        }
    }
    words.push(word);
    words.retain(|word| !word.is_empty());
    words
}

#[test]
fn every_command_in_a_hint_can_be_pasted() {
    let mut wrong = Vec::new();
    let mut seen = 0;
    for (file, line) in said().into_iter().filter(|(_, line)| line.starts_with("meetme ")) {
        let words = words(&line);
        // `meetme event` alone names a command that has others below it.
        let names_one = words.len() == 2;
        let placeholder = words.iter().any(|word| word.len() > 1 && word.bytes().all(|b| b.is_ascii_uppercase()));
        if placeholder {
            wrong.push(format!("{}: `{line}` has a word to be replaced", file.display()));
        } else if let Err(error) = Cli::try_parse_from(&words)
            && error.use_stderr()
            && !names_one
        {
            wrong.push(format!("{}: `{line}`: {error}", file.display()));
        }
        seen += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 20, "only {seen} were found");
}

#[test]
fn every_flag_in_a_hint_is_one() {
    fn has(command: &Command, flag: &str) -> bool {
        let own = command.get_arguments().any(|arg| arg.get_long() == Some(flag));
        own || flag == "help" || command.get_subcommands().any(|command| has(command, flag))
    }
    let cli = Cli::command();
    let flags = said().into_iter().filter_map(|(file, line)| {
        let flag = line.strip_prefix("--")?.split([' ', '=', '"']).next()?.to_owned();
        (!flag.is_empty() && !has(&cli, &flag)).then(|| format!("{}: --{flag}", file.display()))
    });
    let wrong: Vec<String> = flags.collect();

    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
