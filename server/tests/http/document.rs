//! The OpenAPI document: whether it is one, and whether answers are what it says.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::world::Answer;

const METHODS: [&str; 8] = ["get", "put", "post", "delete", "options", "head", "patch", "trace"];
/// How deep schemas may lie in each other; deeper is a circle.
const MAX_DEPTH: usize = 32;

/// The document of this server.
pub struct Document(Value);

impl Document {
    pub fn of_the_server() -> Self {
        Self(serde_json::to_value(meetme_server::http::openapi()).unwrap())
    }

    /// Every method and path, as `GET /me`.
    pub fn routes(&self) -> BTreeSet<String> {
        self.operations().map(|(route, _, _)| route).collect()
    }

    /// Whether a route says that it needs no token.
    pub fn is_open(&self, route: &str) -> bool {
        let operation = self.operation(route);
        let security = operation.get("security").or(self.0.get("security")).and_then(Value::as_array);
        security.unwrap().iter().any(|one| one.as_object().unwrap().is_empty())
    }

    /// What is wrong with an answer of this route; nothing if it is what the document says.
    pub fn faults(&self, route: &str, answer: &Answer) -> Vec<String> {
        let responses = &self.operation(route)["responses"];
        let status = answer.status.as_str();
        let Some(declared) = responses.get(status).or_else(|| {
            // What went well is named by its number; `default` is for problems.
            responses.get("default").filter(|_| !answer.status.is_success())
        }) else {
            return vec![format!("{status} is not declared")];
        };
        let kind = answer.kind.as_deref();
        match (declared.get("content").and_then(Value::as_object), kind) {
            (None, None) if answer.body == "" => Vec::new(),
            (Some(content), Some(kind)) => match content.get(kind) {
                Some(media) => self.mismatches(&media["schema"], &answer.body, "body", 0),
                None => vec![format!("{status} comes as {kind}, not as {:?}", content.keys().collect::<Vec<_>>())],
            },
            (content, kind) => vec![format!("{status} comes as {kind:?}, declared is {content:?}")],
        }
    }

    fn operations(&self) -> impl Iterator<Item = (String, &str, &Map<String, Value>)> {
        let paths = self.0["paths"].as_object().unwrap().iter();
        paths.flat_map(|(path, item)| {
            let methods = item.as_object().unwrap().iter().filter(|(key, _)| METHODS.contains(&key.as_str()));
            methods.map(|(method, operation)| {
                let short = path.strip_prefix("/api/v1").unwrap();
                (format!("{} {short}", method.to_uppercase()), path.as_str(), operation.as_object().unwrap())
            })
        })
    }

    fn operation(&self, route: &str) -> &Map<String, Value> {
        self.operations().find(|(name, _, _)| name == route).unwrap_or_else(|| panic!("no {route}")).2
    }

    fn resolve<'a>(&'a self, schema: &'a Value) -> Option<&'a Value> {
        match schema.get("$ref").and_then(Value::as_str) {
            Some(name) => self.0.pointer(name.strip_prefix('#')?),
            None => Some(schema),
        }
    }

    /// Required keys and types, through references and alternatives.
    fn mismatches(&self, schema: &Value, value: &Value, at: &str, depth: usize) -> Vec<String> {
        assert!(depth < MAX_DEPTH, "the schemas go in a circle at {at}");
        let schema = self.resolve(schema).unwrap_or_else(|| panic!("{schema} leads nowhere"));
        let inner = |schema: &Value, value: &Value, at: &str| self.mismatches(schema, value, at, depth + 1);
        for key in ["oneOf", "anyOf"] {
            if let Some(any) = schema.get(key).and_then(Value::as_array)
                && any.iter().all(|one| !inner(one, value, at).is_empty())
            {
                return vec![format!("{at}: {value} is none of {any:?}")];
            }
        }
        let mut wrong = Vec::new();
        for part in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            wrong.extend(inner(part, value, at));
        }
        if !has_type(schema.get("type"), value) {
            wrong.push(format!("{at}: {value} is not {}", schema["type"]));
        }
        if schema.get("enum").and_then(Value::as_array).is_some_and(|words| !words.contains(value)) {
            wrong.push(format!("{at}: {value} is not one of {}", schema["enum"]));
        }
        if let (Some(items), Some(values)) = (schema.get("items"), value.as_array()) {
            wrong.extend(values.iter().flat_map(|value| inner(items, value, &format!("{at}[]"))));
        }
        let Some(fields) = value.as_object() else { return wrong };
        let required = schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str);
        wrong.extend(required.filter(|key| !fields.contains_key(*key)).map(|key| format!("{at}: `{key}` is missing")));
        let known = schema.get("properties").and_then(Value::as_object);
        for (key, value) in fields.iter().filter(|_| known.is_some()) {
            match known.and_then(|known| known.get(key)) {
                Some(schema) => wrong.extend(inner(schema, value, &format!("{at}.{key}"))),
                None => wrong.push(format!("{at}: `{key}` is not declared")),
            }
        }
        wrong
    }
}

fn has_type(wanted: Option<&Value>, value: &Value) -> bool {
    let is = |word: &str| match word {
        "object" => value.is_object(),
        "array" => value.is_array(),
        "string" => value.is_string(),
        "integer" => value.is_i64() || value.is_u64(),
        "number" => value.is_number(),
        "boolean" => value.is_boolean(),
        "null" => value.is_null(),
        other => panic!("{other} is not a type of JSON Schema"),
    };
    match wanted {
        None => true,
        Some(Value::Array(words)) => words.iter().filter_map(Value::as_str).any(is),
        Some(word) => is(word.as_str().unwrap()),
    }
}

/// Every `$ref` below a value.
fn references(value: &Value) -> Vec<&Value> {
    match value {
        Value::Object(fields) => {
            let own = fields.contains_key("$ref").then_some(value);
            own.into_iter().chain(fields.values().flat_map(references)).collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn the_document_is_openapi_3_1() {
    let document = Document::of_the_server();

    assert!(document.0["openapi"].as_str().is_some_and(|version| version.starts_with("3.1.")));
    assert!(document.0["info"]["title"].is_string() && document.0["info"]["version"].is_string());
    for reference in references(&document.0) {
        assert!(document.resolve(reference).is_some(), "{reference} leads nowhere");
    }
    let mut names = BTreeSet::new();
    for (route, _, operation) in document.operations() {
        let name = operation["operationId"].as_str().unwrap_or_else(|| panic!("{route} has no name"));
        assert!(names.insert(name), "{name} is the name of two operations");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.contains_key("default"), "{route} does not say how it refuses");
        let described =
            responses.values().all(|response| response["description"].as_str().is_some_and(|it| !it.is_empty()));
        assert!(described, "{route} does not say what it answers");
        let schemes = operation.get("security").or(document.0.get("security")).and_then(Value::as_array).unwrap();
        for scheme in schemes.iter().flat_map(|one| one.as_object().unwrap().keys()) {
            let known = document.0["components"]["securitySchemes"].get(scheme);
            assert!(known.is_some(), "{route} wants {scheme}, which is not there");
        }
    }
}

#[test]
fn every_parameter_of_a_path_is_declared_once_and_no_other() {
    let document = Document::of_the_server();

    for (route, path, operation) in document.operations() {
        let in_path: Vec<&str> = path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}')).collect();
        let declared = operation.get("parameters").and_then(Value::as_array).into_iter().flatten();
        let declared: Vec<&Value> = declared.filter(|parameter| parameter["in"] == "path").collect();
        let names: Vec<&str> = declared.iter().map(|parameter| parameter["name"].as_str().unwrap()).collect();
        assert_eq!(names, in_path, "{route}");
        assert!(declared.iter().all(|parameter| parameter["required"] == true && parameter["schema"].is_object()));
    }
}
