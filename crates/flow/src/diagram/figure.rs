//! Shapes: pools and lanes, activities, events, gateways, data and notes.

use super::canvas::{Canvas, FAINT, INCIDENT, INK, PAPER, Paint, TOKEN, VISITED};
use super::words::{LINE, width, wrap};
use super::{State, symbol};
use crate::read::drawing::{Figure, Rect};

/// Size of names.
pub(super) const FONT: f64 = 12.0;
/// Size of paragraph badges.
const BADGE: f64 = 9.0;

/// Whether other shapes lie on it.
pub(super) fn holds_others(figure: &Figure) -> bool {
    match figure.tag.as_str() {
        "participant" | "lane" | "group" => true,
        "subProcess" | "transaction" | "adHocSubProcess" => figure.expanded,
        _ => false,
    }
}

/// Paints a shape with its name and the marks of a case.
pub(super) fn paint(canvas: &mut Canvas, figure: &Figure, state: State) {
    let class = class_of(&figure.tag, state);
    canvas.open("g", &[("class", &class), ("data-element", &figure.id)]);
    canvas.say("title", &[], &told(figure, state));
    match figure.tag.as_str() {
        "participant" | "lane" => band(canvas, figure),
        "group" => {
            let paint = Paint { fill: "none", stroke: FAINT, width: 1.2, dashes: "8 3 1.5 3" };
            rounded(canvas, figure.bounds, 8.0, paint);
            outside_name(canvas, figure);
        }
        "textAnnotation" => annotation(canvas, figure),
        tag if tag.starts_with("data") => data(canvas, figure),
        tag if tag.ends_with("Event") => event(canvas, figure, state),
        tag if tag.ends_with("Gateway") => gateway(canvas, figure, state),
        _ => activity(canvas, figure, state),
    }
    badges(canvas, figure);
    marks(canvas, figure.bounds, state);
    canvas.close("g");
}

fn class_of(tag: &str, state: State) -> String {
    let mut class = format!("element {tag}");
    for (on, name) in [(state.visited, " visited"), (state.token, " token"), (state.incident, " incident")] {
        if on {
            class.push_str(name);
        }
    }
    class
}

/// What a reader who does not see the picture is told.
fn told(figure: &Figure, state: State) -> String {
    let mut text = if figure.name.is_empty() { figure.id.clone() } else { figure.name.clone() };
    let kind = super::plain_kind(&figure.tag);
    text.push_str(&format!(" ({kind}"));
    if let Some(event) = &figure.event {
        text.push_str(&format!(", {event}"));
    }
    text.push(')');
    if !figure.law.is_empty() {
        text.push_str(&format!("; par. {}", figure.law.join(", ")));
    }
    if !figure.points.is_empty() {
        text.push_str(&format!("; rests on {}", figure.points.join(", ")));
    }
    for (on, said) in [
        (state.incident, "; incident"),
        (state.token, "; the case is here"),
        (state.visited, "; carried out"),
    ] {
        if on {
            text.push_str(said);
        }
    }
    text
}

fn shape_paint(state: State, width: f64) -> Paint<'static> {
    let fill = if state.visited || state.token { VISITED } else { PAPER };
    let (stroke, width) = match (state.incident, state.token) {
        (true, _) => (INCIDENT, width + 1.5),
        (_, true) => (TOKEN, width + 1.5),
        _ => (INK, width),
    };
    Paint { fill, stroke, width, dashes: "" }
}

fn rounded(canvas: &mut Canvas, bounds: Rect, round: f64, paint: Paint<'_>) {
    canvas.rect(bounds.x, bounds.y, bounds.width, bounds.height, round, paint);
}

/// A pool or lane with its name along the edge.
fn band(canvas: &mut Canvas, figure: &Figure) {
    let bounds = figure.bounds;
    let is_pool = figure.tag == "participant";
    let fill = if is_pool { PAPER } else { "none" };
    let stroke = if is_pool { INK } else { FAINT };
    rounded(canvas, bounds, 0.0, Paint { fill, stroke, width: 1.2, dashes: "" });
    let (middle_x, middle_y) = (bounds.x + bounds.width / 2.0, bounds.y + bounds.height / 2.0);
    let black_box = is_pool && figure.process.is_none();
    if black_box || !figure.horizontal {
        let y = if black_box { middle_y + FONT / 3.0 } else { bounds.y + 19.0 };
        let lines = wrap(&figure.name, (bounds.width - 10.0) / FONT, 2);
        canvas.lines(middle_x, y, FONT, "middle", INK, &lines);
        return;
    }
    if is_pool {
        let edge = [(bounds.x + 30.0, bounds.y), (bounds.x + 30.0, bounds.y + bounds.height)];
        canvas.polygon(&edge, false, Paint::outline(1.2), "");
    }
    let name = wrap(&figure.name, (bounds.height - 10.0) / FONT, 1);
    if let Some(line) = name.first() {
        canvas.upwards(bounds.x + 19.0, middle_y, FONT, line);
    }
}

fn activity(canvas: &mut Canvas, figure: &Figure, state: State) {
    let bounds = figure.bounds;
    let thick = if figure.tag == "callActivity" { 3.5 } else { 1.5 };
    let mut paint = shape_paint(state, thick);
    if figure.by_event {
        paint.dashes = "2 3";
    }
    let open = holds_others(figure);
    if open {
        paint.fill = PAPER;
    }
    rounded(canvas, bounds, 10.0, paint);
    if figure.tag == "transaction" {
        let inner = Rect {
            x: bounds.x + 3.0,
            y: bounds.y + 3.0,
            width: bounds.width - 6.0,
            height: bounds.height - 6.0,
        };
        rounded(canvas, inner, 8.0, Paint::outline(1.0));
    }
    let has_symbol = symbol::task(canvas, &figure.tag, bounds.x + 5.0, bounds.y + 5.0);
    let closed = matches!(figure.tag.as_str(), "subProcess" | "transaction" | "adHocSubProcess") && !open;
    let mut markers: Vec<&str> = figure.repeat.into_iter().collect();
    if closed {
        markers.push("collapsed");
    }
    symbol::markers(canvas, &markers, bounds.x + bounds.width / 2.0, bounds.y + bounds.height - 18.0);
    if open {
        let lines = wrap(&figure.name, (bounds.width - 20.0) / FONT, 1);
        return canvas.lines(bounds.x + bounds.width / 2.0, bounds.y + 17.0, FONT, "middle", INK, &lines);
    }
    let foot = if markers.is_empty() { 4.0 } else { 20.0 };
    inside_name(canvas, figure, if has_symbol { 20.0 } else { 4.0 }, foot);
}

/// The name in the middle of a shape, in as many lines as there is room for; below its symbol if it can be.
fn inside_name(canvas: &mut Canvas, figure: &Figure, head: f64, foot: f64) {
    const LEAST: f64 = 4.0;
    let bounds = figure.bounds;
    let lines = wrap(&figure.name, (bounds.width - 10.0) / FONT, line_count(bounds.height - foot - LEAST));
    let height = lines.len() as f64 * FONT * LINE;
    let middle = bounds.y + LEAST + (bounds.height - foot - LEAST - height) / 2.0;
    let lowest = bounds.y + bounds.height - foot - height;
    let top = middle.max((bounds.y + head).min(lowest));
    canvas.lines(bounds.x + bounds.width / 2.0, top + FONT * 0.95, FONT, "middle", INK, &lines);
}

/// How many lines have room in that height; at least one.
fn line_count(room: f64) -> usize {
    (1..12_u8).take_while(|count| f64::from(*count) * FONT * LINE <= room + 1.0).count().max(1)
}

fn event(canvas: &mut Canvas, figure: &Figure, state: State) {
    let bounds = figure.bounds;
    let (x, y) = (bounds.x + bounds.width / 2.0, bounds.y + bounds.height / 2.0);
    let radius = bounds.width.min(bounds.height) / 2.0;
    let is_end = figure.tag == "endEvent";
    let is_start = figure.tag == "startEvent";
    let throws = is_end || figure.tag.ends_with("ThrowEvent");
    let mut paint = shape_paint(state, if is_end { 3.5 } else { 1.5 });
    if !figure.interrupting {
        paint.dashes = "4 3";
    }
    canvas.circle(x, y, radius, paint);
    if !is_end && !is_start {
        canvas.circle(x, y, (radius - 3.5).max(1.0), Paint { fill: "none", ..paint });
    }
    if let Some(kind) = &figure.event {
        let size = radius * 1.05;
        symbol::event(canvas, kind, x - size / 2.0, y - size / 2.0, size, throws);
    }
    outside_name(canvas, figure);
}

fn gateway(canvas: &mut Canvas, figure: &Figure, state: State) {
    let Rect { x, y, width, height } = figure.bounds;
    let (middle_x, middle_y) = (x + width / 2.0, y + height / 2.0);
    let corners = [(middle_x, y), (x + width, middle_y), (middle_x, y + height), (x, middle_y)];
    canvas.polygon(&corners, true, shape_paint(state, 1.5), "");
    symbol::gateway(canvas, &figure.tag, figure.marked, middle_x, middle_y);
    outside_name(canvas, figure);
}

fn data(canvas: &mut Canvas, figure: &Figure) {
    let Rect { x, y, width, height } = figure.bounds;
    let paint = Paint { fill: PAPER, stroke: FAINT, width: 1.2, dashes: "" };
    if figure.tag.starts_with("dataStore") {
        let lid = height / 6.0;
        let points =
            [(x, y + lid), (x, y + height - lid), (x + width, y + height - lid), (x + width, y + lid)];
        canvas.rect(x, y + lid, width, height - 2.0 * lid, 0.0, paint);
        canvas.rect(x, y, width, 2.0 * lid, lid, paint);
        canvas.polygon(&points[1..3], false, paint, "");
    } else {
        let fold = width / 3.0;
        let outline =
            [(x, y), (x + width - fold, y), (x + width, y + fold), (x + width, y + height), (x, y + height)];
        canvas.polygon(&outline, true, paint, "");
        let corner = [(x + width - fold, y), (x + width - fold, y + fold), (x + width, y + fold)];
        canvas.polygon(&corner, false, Paint { fill: "none", ..paint }, "");
    }
    outside_name(canvas, figure);
}

fn annotation(canvas: &mut Canvas, figure: &Figure) {
    let Rect { x, y, width, height } = figure.bounds;
    let bracket = [(x + 10.0, y), (x, y), (x, y + height), (x + 10.0, y + height)];
    canvas.polygon(&bracket, false, Paint { fill: "none", stroke: FAINT, width: 1.2, dashes: "" }, "");
    let lines = wrap(&figure.name, (width - 10.0) / FONT, line_count(height));
    canvas.lines(x + 6.0, y + FONT + 2.0, FONT, "start", INK, &lines);
}

/// A name beside its shape: where the modeller put it, else below.
fn outside_name(canvas: &mut Canvas, figure: &Figure) {
    let Rect { x, y, width, height } = figure.bounds;
    let below = Rect { x: x + width / 2.0 - 50.0, y: y + height + 3.0, width: 100.0, height: 30.0 };
    label(canvas, &figure.name, figure.label.unwrap_or(below));
}

/// A name in a place of its own.
pub(super) fn label(canvas: &mut Canvas, name: &str, place: Rect) {
    const SMALL: f64 = 11.0;
    let lines = wrap(name, place.width.max(60.0) / SMALL + 1.0, 4);
    canvas.lines(place.x + place.width / 2.0, place.y + SMALL, SMALL, "middle", INK, &lines);
}

/// Paragraphs above the right edge, open points below the left one.
fn badges(canvas: &mut Canvas, figure: &Figure) {
    let Rect { x, y, width: wide, height } = figure.bounds;
    if !figure.law.is_empty() {
        let text = wrap(&format!("§{}", figure.law.join(", ")), 14.0, 1).concat();
        let long = width(&text) * BADGE + 6.0;
        canvas.rect(
            x + wide - long,
            y - 7.0,
            long,
            13.0,
            3.0,
            Paint { fill: "#fef9c3", stroke: "#a16207", width: 0.8, dashes: "" },
        );
        canvas.lines(x + wide - long / 2.0, y + 3.0, BADGE, "middle", "#713f12", &[text]);
    }
    if !figure.points.is_empty() {
        let text = wrap(&figure.points.join(", "), 14.0, 1).concat();
        let long = width(&text) * BADGE + 6.0;
        // Small shapes have their name below: the badge gives way to the left.
        let x = if wide < 60.0 { x + wide * 0.4 - long } else { x };
        canvas.rect(
            x,
            y + height - 6.0,
            long,
            13.0,
            3.0,
            Paint { fill: "#f3e8ff", stroke: "#7e22ce", width: 0.8, dashes: "2 1" },
        );
        canvas.lines(x + long / 2.0, y + height + 4.0, BADGE, "middle", "#581c87", &[text]);
    }
}

/// Signs that do not rest on colour: a filled dot for a token, an exclamation mark for an incident.
fn marks(canvas: &mut Canvas, bounds: Rect, state: State) {
    if state.token {
        canvas.circle(bounds.x, bounds.y, 8.0, Paint { fill: TOKEN, stroke: PAPER, width: 2.0, dashes: "" });
    }
    if state.incident {
        let (x, y) = (bounds.x + bounds.width, bounds.y + bounds.height);
        let triangle = [(x, y - 11.0), (x + 11.0, y + 8.0), (x - 11.0, y + 8.0)];
        canvas.polygon(&triangle, true, Paint { fill: INCIDENT, stroke: PAPER, width: 1.5, dashes: "" }, "");
        canvas.lines(x, y + 6.0, 13.0, "middle", PAPER, &["!".to_owned()]);
    }
}
