//! The description of the API, made of the table of routes.

use axum::Json;
use axum::response::IntoResponse as _;
use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;
use serde_json::{Map, Value, json};

use crate::problem::Problem;
use crate::route::{Access, Answer, Gives, Route, Takes};
use crate::visit::Visit;

/// A query parameter: its name, its type, what it is.
type QueryField = (&'static str, &'static str, &'static str);

/// How contents go over the API.
const BYTES: &str = "application/octet-stream";
/// Query parameters that the API knows, by path.
const QUERY: [(&str, &[QueryField]); 2] = [
    (
        "/api/v1/requests",
        &[
            ("state", "string", "`open`, `withdrawn` or `closed`"),
            ("after", "string", "where the page begins: `next` of the page before"),
            ("limit", "integer", "how many, from 1 to 100"),
        ],
    ),
    ("/api/v1/requests/{case}/events", &[("after", "integer", "the number of the last event")]),
];

/// The description.
pub(crate) async fn show(_: Visit) -> Answer {
    Ok(Json(description(&crate::table::table())).into_response())
}

/// The `OpenAPI` document of the routes that belong to the API.
pub(crate) fn description(table: &[Route]) -> Value {
    let settings = SchemaSettings::draft2020_12()
        .with(|settings| settings.definitions_path = "/components/schemas".into());
    let mut generator = settings.into_generator();
    let problem = json!(generator.subschema_for::<Problem>());
    let mut paths: Map<String, Value> = Map::new();
    for route in table.iter().filter(|route| route.is_api()) {
        let operation = operation(route, &mut generator, &problem);
        let methods = paths.entry(route.path).or_insert_with(|| json!({}));
        methods[route.method.as_str().to_lowercase()] = operation;
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Refit",
            "version": "1",
            "description": "Requests for upgrades. Errors are problem documents (RFC 9457).",
            "license": { "name": "MIT OR Apache-2.0", "identifier": "MIT OR Apache-2.0" },
        },
        "servers": [{ "url": "/" }],
        "paths": paths,
        "components": {
            "schemas": generator.take_definitions(true),
            "securitySchemes": { "token": { "type": "http", "scheme": "bearer" } },
        },
    })
}

fn operation(route: &Route, generator: &mut SchemaGenerator, problem: &Value) -> Value {
    let mut operation = json!({
        "operationId": id(route),
        "summary": route.summary,
        "parameters": parameters(route),
        "responses": responses(route, generator, problem),
    });
    if let Access::Token(scope, roles) = route.access {
        let roles: Vec<_> = roles.iter().map(|role| role.word()).collect();
        operation["security"] = json!([{ "token": [] }]);
        operation["description"] =
            json!(format!("Scope `{}`; for: {}.", scope.word(), roles.join(", ")));
    } else {
        operation["security"] = json!([]);
    }
    let (kind, schema) = match route.takes {
        Takes::Json(schema) => ("application/json", json!(schema(generator))),
        Takes::Content => (BYTES, json!({ "type": "string", "format": "binary" })),
        _ => return operation,
    };
    operation["requestBody"] =
        json!({ "required": true, "content": { kind: { "schema": schema } } });
    operation
}

fn responses(route: &Route, generator: &mut SchemaGenerator, problem: &Value) -> Value {
    let mut responses = Map::new();
    if let Gives::Json(status, schema) = route.gives {
        let schema = schema(generator);
        let good = json!({
            "description": route.summary,
            "content": { "application/json": { "schema": schema } },
        });
        responses.insert(status.to_string(), good);
    }
    if let Gives::Content = route.gives {
        let good = json!({
            "description": route.summary,
            "content": { BYTES: { "schema": { "type": "string", "format": "binary" } } },
        });
        responses.insert("200".to_owned(), good);
    }
    let wrong = json!({
        "description": "What is wrong",
        "content": { "application/problem+json": { "schema": problem } },
    });
    responses.insert("default".to_owned(), wrong);
    Value::Object(responses)
}

fn parameters(route: &Route) -> Vec<Value> {
    let in_path = route.path.split('/').filter_map(|part| {
        let name = part.strip_prefix('{')?.strip_suffix('}')?;
        Some(json!({
            "name": name, "in": "path", "required": true, "schema": { "type": "string" },
        }))
    });
    let is_read = matches!(route.takes, Takes::Nothing);
    let query = QUERY.iter().filter(|(path, _)| is_read && *path == route.path);
    let in_query = query.flat_map(|(_, fields)| *fields).map(|(name, kind, description)| {
        json!({
            "name": name, "in": "query", "required": false,
            "description": description, "schema": { "type": kind },
        })
    });
    in_path.chain(in_query).collect()
}

/// A word for the operation: its method and path.
fn id(route: &Route) -> String {
    let parts = route.path.split(['/', '.']).skip(3).map(|part| part.trim_matches(['{', '}']));
    let words = [route.method.as_str().to_lowercase()].into_iter();
    words.chain(parts.map(str::to_owned)).collect::<Vec<_>>().join("-")
}
