//! Columns that line up.

use anstyle::Style;

use super::styled;

/// Rows of cells, each column as wide as its widest cell.
#[derive(Debug, Default)]
pub struct Table {
    rows: Vec<Vec<(String, Style)>>,
}

impl Table {
    /// No rows yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a row.
    pub fn row<const N: usize>(&mut self, cells: [(String, Style); N]) {
        self.rows.push(cells.into());
    }

    /// The table as text. Nothing trails a row's last cell.
    pub fn text(&self) -> String {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|(cell, _)| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        let mut text = String::new();
        for row in &self.rows {
            let last = row.iter().rposition(|(cell, _)| !cell.is_empty()).unwrap_or(0);
            for (column, (cell, style)) in row.iter().enumerate().take(last + 1) {
                if column > 0 {
                    text.push_str("  ");
                }
                text.push_str(&styled(*style, cell));
                if column < last {
                    let missing = widths[column] - cell.chars().count();
                    text.extend(std::iter::repeat_n(' ', missing));
                }
            }
            text.push('\n');
        }
        text
    }
}

/// A cell without a style.
pub fn plain(text: impl Into<String>) -> (String, Style) {
    (text.into(), Style::new())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_nothing_trails() {
        let mut table = Table::new();
        table.row([plain("a"), plain("bb"), plain("")]);
        table.row([plain("aaa"), plain("b"), plain("c")]);

        assert_eq!(table.text(), "a    bb\naaa  b   c\n");
    }
}
