//! Writing SVG: elements with attributes, numbers kept short, every text escaped. Only presentation attributes are used, so that a
//! page needs neither inline style nor script; a page's own style sheet may override them.

use std::fmt::Write;

use xml::{escape_attribute, escape_text};

/// Ink of everything that is not marked.
pub(super) const INK: &str = "#1f2937";
/// Ink of what matters less.
pub(super) const FAINT: &str = "#6b7280";
/// Inside of shapes.
pub(super) const PAPER: &str = "#ffffff";
/// What was carried out.
pub(super) const VISITED: &str = "#dbeafe";
/// Where a token is.
pub(super) const TOKEN: &str = "#15803d";
/// Where something went wrong.
pub(super) const INCIDENT: &str = "#b91c1c";

/// How a shape is painted.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paint<'p> {
    pub fill: &'p str,
    pub stroke: &'p str,
    pub width: f64,
    /// As `stroke-dasharray`; empty for a whole line.
    pub dashes: &'p str,
}

impl<'p> Paint<'p> {
    pub const fn outline(width: f64) -> Paint<'static> {
        Paint { fill: "none", stroke: INK, width, dashes: "" }
    }

    fn attributes(&self) -> String {
        let mut text = format!(" fill=\"{}\" stroke=\"{}\"", self.fill, self.stroke);
        if self.stroke != "none" {
            _ = write!(text, " stroke-width=\"{}\"", short(self.width));
        }
        if !self.dashes.is_empty() {
            _ = write!(text, " stroke-dasharray=\"{}\"", self.dashes);
        }
        text
    }
}

/// A picture that is being written.
#[derive(Debug, Default)]
pub(super) struct Canvas {
    out: String,
}

// Writing to a `String` cannot fail, so the results of `write!` say nothing.
impl Canvas {
    pub fn into_text(self) -> String {
        self.out
    }

    /// Opens an element with these attributes.
    pub fn open(&mut self, name: &str, attributes: &[(&str, &str)]) {
        _ = write!(self.out, "<{name}");
        for (name, value) in attributes {
            _ = write!(self.out, " {name}=\"{}\"", escape_attribute(value));
        }
        self.out.push('>');
    }

    pub fn close(&mut self, name: &str) {
        _ = writeln!(self.out, "</{name}>");
    }

    /// A `title`, `desc` or the like with nothing but text.
    pub fn say(&mut self, name: &str, attributes: &[(&str, &str)], text: &str) {
        self.open(name, attributes);
        self.out.push_str(&escape_text(text));
        self.close(name);
    }

    pub fn rect(&mut self, x: f64, y: f64, width: f64, height: f64, round: f64, paint: Paint<'_>) {
        let (x, y, width, height) = (short(x), short(y), short(width), short(height));
        _ = write!(self.out, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\"");
        if round > 0.0 {
            _ = write!(self.out, " rx=\"{}\"", short(round));
        }
        _ = writeln!(self.out, "{}/>", paint.attributes());
    }

    pub fn circle(&mut self, x: f64, y: f64, radius: f64, paint: Paint<'_>) {
        let (x, y, radius) = (short(x), short(y), short(radius));
        _ = writeln!(self.out, "<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"{}/>", paint.attributes());
    }

    /// A path through points, closed or not.
    pub fn polygon(&mut self, points: &[(f64, f64)], closed: bool, paint: Paint<'_>, end: &str) {
        let mut path = String::new();
        for (at, (x, y)) in points.iter().enumerate() {
            let letter = if at == 0 { 'M' } else { 'L' };
            _ = write!(path, "{letter}{} {}", short(*x), short(*y));
        }
        if closed {
            path.push('Z');
        }
        _ = writeln!(self.out, "<path d=\"{path}\" stroke-linejoin=\"round\"{}{end}/>", paint.attributes());
    }

    /// A small drawing given as path data, moved to a place.
    pub fn glyph(&mut self, x: f64, y: f64, size: f64, data: &str, paint: Paint<'_>) {
        let (x, y, size) = (short(x), short(y), short(size));
        _ = writeln!(
            self.out,
            "<path transform=\"translate({x} {y}) scale({size})\" d=\"{data}\" stroke-linejoin=\"round\" stroke-linecap=\"round\"{}/>",
            paint.attributes()
        );
    }

    /// Lines of text under one another, their first base line at `y`. Names have paper around their letters, because
    /// they may lie on lines.
    pub fn lines(&mut self, x: f64, y: f64, size: f64, anchor: &str, ink: &str, lines: &[String]) {
        if lines.is_empty() {
            return;
        }
        let halo = if ink == INK {
            format!(" stroke=\"{PAPER}\" stroke-opacity=\"0.8\" stroke-width=\"3\" paint-order=\"stroke\"")
        } else {
            String::new()
        };
        _ = write!(
            self.out,
            "<text x=\"{}\" y=\"{}\" font-size=\"{}\" text-anchor=\"{anchor}\" fill=\"{ink}\"{halo}>",
            short(x),
            short(y),
            short(size)
        );
        for (at, line) in lines.iter().enumerate() {
            if at == 0 {
                self.out.push_str(&escape_text(line));
            } else {
                let (x, down) = (short(x), short(size * super::words::LINE));
                _ = write!(self.out, "<tspan x=\"{x}\" dy=\"{down}\">{}</tspan>", escape_text(line));
            }
        }
        self.out.push_str("</text>\n");
    }

    /// A text that runs upwards, its middle at the place.
    pub fn upwards(&mut self, x: f64, y: f64, size: f64, line: &str) {
        let (x, y, size) = (short(x), short(y), short(size));
        _ = writeln!(
            self.out,
            "<text transform=\"translate({x} {y}) rotate(-90)\" font-size=\"{size}\" text-anchor=\"middle\" fill=\"{INK}\">{}</text>",
            escape_text(line)
        );
    }
}

/// A number with at most one digit behind the point.
pub(super) fn short(number: f64) -> String {
    let rounded = (number * 10.0).round() / 10.0;
    // Minus nought is nought.
    format!("{}", if rounded == 0.0 { 0.0 } else { rounded })
}
