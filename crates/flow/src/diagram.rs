//! Models as pictures: SVG from the diagram interchange of the file, with the marks of a case.
//!
//! The picture needs no script, no style sheet and nothing from outside. Every shape carries a `title` for those who do not see it,
//! `class` and `data-element` for those who style it; no mark rests on colour alone.

mod canvas;
mod figure;
mod symbol;
mod words;

use std::collections::BTreeSet;

use canvas::{Canvas, FAINT, INK, PAPER, Paint, short};

use crate::read::drawing::{Drawing, Figure, Line, Rect};
use crate::{CaseState, ElementId, Event, Fact, Program};

/// Empty space around the picture.
const MARGIN: f64 = 16.0;

/// What a case has left on the elements of a diagram.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Marks {
    /// Elements and sequence flows that were carried out.
    pub visited: BTreeSet<ElementId>,
    /// Elements at which tokens are.
    pub tokens: BTreeSet<ElementId>,
    /// Elements with an open incident.
    pub incidents: BTreeSet<ElementId>,
}

impl Marks {
    /// The marks of a case: from its history what was carried out, from its state where it is.
    pub fn of<'e>(state: &CaseState, history: impl IntoIterator<Item = &'e Event>) -> Marks {
        let visited = history.into_iter().filter_map(|event| match &event.fact {
            Fact::Completed { element, .. } => Some(element.clone()),
            Fact::FlowTaken { flow } => Some(flow.clone()),
            _ => None,
        });
        Marks {
            visited: visited.collect(),
            tokens: state.tokens().into_iter().cloned().collect(),
            incidents: state.incidents.values().map(|incident| incident.element.clone()).collect(),
        }
    }

    fn state(&self, id: &str) -> State {
        State {
            visited: self.visited.contains(id),
            token: self.tokens.contains(id),
            incident: self.incidents.contains(id),
        }
    }
}

/// The marks of one element.
#[derive(Debug, Clone, Copy, Default)]
struct State {
    visited: bool,
    token: bool,
    incident: bool,
}

/// The diagram of a collaboration, of a pool or of a process, by id; of a process in a pool the pool is drawn. None when no file
/// draws it.
pub fn svg(program: &Program, process_or_pool: &str, marks: &Marks) -> Option<String> {
    program.drawings.iter().find_map(|drawing| {
        let part = Part::of(drawing, process_or_pool)?;
        Some(part.svg(program, process_or_pool, marks))
    })
}

/// The same with other names for elements, by their ids, such as those of the reader's language.
pub fn svg_named(
    program: &Program,
    process_or_pool: &str,
    marks: &Marks,
    names: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    let drawing = program.drawings.iter().find(|drawing| Part::of(drawing, process_or_pool).is_some())?;
    let named = drawing.named(names);
    let part = Part::of(&named, process_or_pool)?;
    Some(part.svg(program, process_or_pool, marks))
}

/// What of a drawing is shown.
struct Part<'d> {
    name: &'d str,
    figures: Vec<&'d Figure>,
    lines: Vec<&'d Line>,
}

impl<'d> Part<'d> {
    fn of(drawing: &'d Drawing, wanted: &str) -> Option<Part<'d>> {
        if drawing.element == wanted {
            let figures = drawing.figures.iter().collect();
            return Some(Part { name: &drawing.name, figures, lines: drawing.lines.iter().collect() });
        }
        let pool = drawing.figures.iter().find(|figure| {
            figure.tag == "participant" && (figure.id == wanted || figure.process.as_deref() == Some(wanted))
        })?;
        let figures =
            drawing.figures.iter().filter(|figure| inside(pool.bounds, centre(figure.bounds))).collect();
        // What leaves the pool is drawn as far as the neighbours would stand; they are not shown.
        let lines =
            drawing.lines.iter().filter(|line| line.points.iter().all(|point| inside(pool.bounds, *point)));
        Some(Part { name: &pool.name, figures, lines: lines.collect() })
    }

    fn svg(&self, program: &Program, id: &str, marks: &Marks) -> String {
        let frame = self.frame();
        // Several pictures may stand on one page: ids inside begin with the id of what is drawn.
        let prefix: String =
            id.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '-' }).collect();
        let (title, desc) = (format!("{prefix}-title"), format!("{prefix}-desc"));
        let view =
            format!("{} {} {} {}", short(frame.x), short(frame.y), short(frame.width), short(frame.height));
        let mut canvas = Canvas::default();
        canvas.open(
            "svg",
            &[
                ("xmlns", "http://www.w3.org/2000/svg"),
                ("viewBox", &view),
                ("width", &short(frame.width)),
                ("height", &short(frame.height)),
                ("role", "img"),
                ("aria-labelledby", &format!("{title} {desc}")),
                ("class", "diagram"),
                ("font-family", "system-ui, 'Noto Sans', 'DejaVu Sans', sans-serif"),
            ],
        );
        canvas.say("title", &[("id", &title)], self.name);
        canvas.say("desc", &[("id", &desc)], &self.described(program, marks));
        arrows(&mut canvas, &prefix);
        self.paint(&mut canvas, &prefix, marks);
        canvas.close("svg");
        canvas.into_text()
    }

    /// Containers from the largest, then lines, then what stands on them; boundary events lie on their activities.
    fn paint(&self, canvas: &mut Canvas, prefix: &str, marks: &Marks) {
        let mut holders: Vec<&Figure> = Vec::new();
        let (mut others, mut boundaries) = (Vec::new(), Vec::new());
        for found in &self.figures {
            if figure::holds_others(found) {
                holders.push(found);
            } else if found.tag == "boundaryEvent" {
                boundaries.push(*found);
            } else {
                others.push(*found);
            }
        }
        holders.sort_by(|a, b| area(b).total_cmp(&area(a)));
        for found in holders {
            figure::paint(canvas, found, marks.state(&found.id));
        }
        for line in &self.lines {
            paint_line(canvas, line, prefix, marks.state(&line.id));
        }
        for found in others.into_iter().chain(boundaries) {
            figure::paint(canvas, found, marks.state(&found.id));
        }
    }

    fn described(&self, program: &Program, marks: &Marks) -> String {
        let named = |ids: &BTreeSet<ElementId>| {
            let here = self.figures.iter().filter(|figure| ids.contains(figure.id.as_str()));
            let names = here.map(|figure| match figure.name.as_str() {
                "" => program.element(&figure.id).map_or(figure.id.as_str(), |element| element.title()),
                name => name,
            });
            names.collect::<Vec<_>>().join(", ")
        };
        let activities = self.figures.iter().filter(|found| {
            !figure::holds_others(found) && (found.tag.ends_with("ask") || found.tag.ends_with("Activity"))
        });
        let mut text = format!("{} activities.", activities.count());
        for (ids, said) in [(&marks.tokens, "The case is at"), (&marks.incidents, "Incidents at")] {
            let names = named(ids);
            if !names.is_empty() {
                text.push_str(&format!(" {said}: {names}."));
            }
        }
        text
    }

    fn frame(&self) -> Rect {
        let rects = self.figures.iter().flat_map(|figure| [Some(figure.bounds), figure.label]).flatten();
        let points = self.lines.iter().flat_map(|line| line.points.iter().copied());
        let corners = rects
            .flat_map(|rect| [(rect.x, rect.y), (rect.x + rect.width, rect.y + rect.height)])
            .chain(points);
        let (mut low, mut high) = ((f64::MAX, f64::MAX), (f64::MIN, f64::MIN));
        for (x, y) in corners {
            low = (low.0.min(x), low.1.min(y));
            high = (high.0.max(x), high.1.max(y));
        }
        if low.0 > high.0 {
            return Rect { x: 0.0, y: 0.0, width: MARGIN, height: MARGIN };
        }
        Rect {
            x: low.0 - MARGIN,
            y: low.1 - MARGIN,
            width: high.0 - low.0 + 2.0 * MARGIN,
            height: high.1 - low.1 + 2.0 * MARGIN,
        }
    }
}

fn area(figure: &Figure) -> f64 {
    figure.bounds.width * figure.bounds.height
}

fn centre(rect: Rect) -> (f64, f64) {
    (rect.x + rect.width / 2.0, rect.y + rect.height / 2.0)
}

fn inside(rect: Rect, (x, y): (f64, f64)) -> bool {
    (rect.x..=rect.x + rect.width).contains(&x) && (rect.y..=rect.y + rect.height).contains(&y)
}

/// The heads of arrows.
fn arrows(canvas: &mut Canvas, prefix: &str) {
    canvas.open("defs", &[]);
    for (name, fill, stroke, data) in [
        ("flow", INK, INK, "M1 1L11 6L1 11Z"),
        ("message", PAPER, INK, "M1 1L11 6L1 11Z"),
        ("data", "none", FAINT, "M1 1L11 6L1 11"),
    ] {
        let id = format!("{prefix}-{name}");
        canvas.open(
            "marker",
            &[
                ("id", &id),
                ("viewBox", "0 0 12 12"),
                ("refX", "11"),
                ("refY", "6"),
                ("markerWidth", "10"),
                ("markerHeight", "10"),
                ("markerUnits", "userSpaceOnUse"),
                ("orient", "auto"),
            ],
        );
        canvas.glyph(0.0, 0.0, 1.0, data, Paint { fill, stroke, width: 1.0, dashes: "" });
        canvas.close("marker");
    }
    canvas.close("defs");
}

fn paint_line(canvas: &mut Canvas, line: &Line, prefix: &str, state: State) {
    let (head, stroke, dashes) = match line.tag.as_str() {
        "sequenceFlow" => ("flow", INK, ""),
        "messageFlow" => ("message", INK, "8 4"),
        "association" => ("", FAINT, "2 4"),
        _ => ("data", FAINT, "2 4"),
    };
    let class =
        if state.visited { format!("element {} visited", line.tag) } else { format!("element {}", line.tag) };
    canvas.open("g", &[("class", &class), ("data-element", &line.id)]);
    let name = if line.name.is_empty() { &line.id } else { &line.name };
    canvas.say(
        "title",
        &[],
        &format!("{name} ({}){}", plain_kind(&line.tag), if state.visited { "; taken" } else { "" }),
    );
    let width = if state.visited { 2.6 } else { 1.4 };
    let end = if head.is_empty() { String::new() } else { format!(" marker-end=\"url(#{prefix}-{head})\"") };
    canvas.polygon(&line.points, false, Paint { fill: "none", stroke, width, dashes }, &end);
    if line.tag == "messageFlow"
        && let Some((x, y)) = line.points.first()
    {
        canvas.circle(*x, *y, 3.5, Paint { fill: PAPER, stroke: INK, width: 1.2, dashes: "" });
    }
    if line.default {
        default_sign(canvas, line);
    }
    if !line.name.is_empty() {
        figure::label(canvas, &line.name, line.label.unwrap_or_else(|| beside(line)));
    }
    canvas.close("g");
}

/// The stroke across the beginning of a default flow.
fn default_sign(canvas: &mut Canvas, line: &Line) {
    if let [(x1, y1), (x2, y2), ..] = line.points[..] {
        let long = (x2 - x1).hypot(y2 - y1).max(1.0);
        let (along_x, along_y) = ((x2 - x1) / long, (y2 - y1) / long);
        let (x, y) = (x1 + along_x * 10.0, y1 + along_y * 10.0);
        let (across_x, across_y) = ((along_x - along_y) * 5.0, (along_y + along_x) * 5.0);
        canvas.polygon(
            &[(x - across_x, y - across_y), (x + across_x, y + across_y)],
            false,
            Paint::outline(1.4),
            "",
        );
    }
}

/// A place for a name that the modeller gave none: above the middle of the line.
fn beside(line: &Line) -> Rect {
    let middle = line.points.len() / 2;
    let (from, to) = (line.points[middle - 1], line.points[middle]);
    Rect { x: (from.0 + to.0) / 2.0 - 45.0, y: (from.1 + to.1) / 2.0 - 16.0, width: 90.0, height: 14.0 }
}

/// `businessRuleTask` as `business rule task`.
fn plain_kind(tag: &str) -> String {
    let mut text = String::new();
    for letter in tag.chars() {
        if letter.is_ascii_uppercase() && !text.is_empty() {
            text.push(' ');
        }
        text.push(letter.to_ascii_lowercase());
    }
    text
}
