//! As much of Markdown as the checks need: fenced blocks, headings, links, code spans, tables.

/// A fenced block.
pub struct Block {
    /// What stands behind the opening fence, such as `sh run`.
    pub info: String,
    /// Line of the opening fence.
    pub line: usize,
    /// The content.
    pub text: String,
}

/// A document, its blocks apart from its prose.
pub struct Document {
    /// Path from the root.
    pub path: String,
    /// Fenced blocks.
    pub blocks: Vec<Block>,
    /// Lines outside blocks with their numbers.
    pub prose: Vec<(usize, String)>,
}

impl Document {
    /// Takes a document apart.
    pub fn read(path: &str, text: &str) -> Document {
        let mut document = Document { path: path.to_owned(), blocks: Vec::new(), prose: Vec::new() };
        let mut open: Option<Block> = None;
        for (at, line) in text.lines().enumerate() {
            let fence = line.trim_start().strip_prefix("```");
            match (&mut open, fence) {
                (None, Some(info)) => {
                    open = Some(Block { info: info.trim().to_owned(), line: at + 1, text: String::new() });
                }
                (Some(_), Some(_)) => document.blocks.extend(open.take()),
                (Some(block), None) => {
                    block.text.push_str(line);
                    block.text.push('\n');
                }
                (None, None) => document.prose.push((at + 1, line.to_owned())),
            }
        }
        assert!(open.is_none(), "{path}: a block is not closed");
        document
    }

    /// The lines under a heading, up to the next one of the same depth.
    pub fn section(&self, heading: &str) -> Vec<&str> {
        let lines = self.prose.iter().map(|(_, line)| line.as_str());
        let inside = lines.skip_while(|line| *line != heading).skip(1);
        inside.take_while(|line| !line.starts_with("## ")).collect()
    }

    /// The anchors of its headings, as they are made by the usual hosts.
    pub fn anchors(&self) -> Vec<String> {
        let headings = self.prose.iter().filter_map(|(_, line)| {
            let title = line.trim_start_matches('#');
            (title.len() < line.len()).then(|| title.trim().to_lowercase())
        });
        let kept = |c: &char| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_');
        headings.map(|title| title.chars().filter(kept).collect::<String>().replace(' ', "-")).collect()
    }
}

/// Targets of links and images in a line, also of images written as HTML.
pub fn links(line: &str) -> Vec<&str> {
    let after = |mark: &'static str, end: char| {
        let found =
            line.match_indices(mark).filter_map(move |(at, _)| line[at + mark.len()..].split_once(end));
        found.map(|(target, _)| target)
    };
    after("](", ')').chain(after(" src=\"", '"')).collect()
}

/// Code spans of a line.
pub fn spans(line: &str) -> Vec<&str> {
    line.split('`').skip(1).step_by(2).collect()
}

/// Cells of the rows of every table, without header and rule, each row with trimmed cells.
pub fn rows(lines: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| -> Vec<String> {
        let inner = line.trim().trim_start_matches('|').trim_end_matches('|');
        inner.split('|').map(|cell| cell.trim().to_owned()).collect()
    };
    let table = |line: &&str| line.starts_with('|') && !line.starts_with("|-") && !line.starts_with("| -");
    lines.lines().filter(table).map(cells).collect()
}

/// The text of a cell without code marks.
pub fn bare(cell: &str) -> &str {
    cell.trim_matches('`')
}
