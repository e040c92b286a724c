//! Columns that line up.

use anstyle::Style;

use super::{clip, columns, padded, styled};

/// The narrowest that a column becomes.
const NARROWEST: usize = 4;

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
        self.text_within(usize::MAX, &[])
    }

    /// The table as text, no wider than `width` if the columns that `may_shrink` can give that much.
    pub fn text_within(&self, width: usize, may_shrink: &[usize]) -> String {
        let widths = self.widths(width, may_shrink);
        let mut text = String::new();
        for row in &self.rows {
            let last = row.iter().rposition(|(cell, _)| !cell.is_empty()).unwrap_or(0);
            for (column, (cell, style)) in row.iter().enumerate().take(last + 1) {
                if column > 0 {
                    text.push_str("  ");
                }
                let cell = clip(cell, widths[column]);
                let blank = padded(&cell, widths[column]).split_off(cell.len());
                text.push_str(&styled(*style, &cell));
                if column < last {
                    text.push_str(&blank);
                }
            }
            text.push('\n');
        }
        text
    }

    fn widths(&self, width: usize, may_shrink: &[usize]) -> Vec<usize> {
        let count = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let widest = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|(cell, _)| columns(cell)).max().unwrap_or(0)
        };
        let mut widths: Vec<usize> = (0..count).map(widest).collect();
        let between = 2 * count.saturating_sub(1);
        while widths.iter().sum::<usize>() + between > width {
            // The widest gives first.
            let gives = may_shrink.iter().filter(|column| widths.get(**column).is_some_and(|w| *w > NARROWEST));
            let Some(&column) = gives.max_by_key(|column| widths[**column]) else { break };
            widths[column] -= 1;
        }
        widths
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

    #[test]
    fn columns_line_up_whatever_is_written_in_them() {
        let mut table = Table::new();
        table.row([plain("日本"), plain("x")]);
        table.row([plain("a"), plain("y")]);

        assert_eq!(table.text(), "日本  x\na     y\n");
    }

    #[test]
    fn a_table_shrinks_where_it_may() {
        let mut table = Table::new();
        table.row([plain("10:00"), plain("Coffee chat"), plain("with Ada"), plain("0192aaaa")]);

        assert_eq!(table.text_within(30, &[1, 2]), "10:00  Coffe…  with…  0192aaaa\n");
        assert_eq!(table.text_within(36, &[1, 2]), "10:00  Coffee c…  with Ada  0192aaaa\n");
        assert_eq!(table.text_within(80, &[1, 2]), "10:00  Coffee chat  with Ada  0192aaaa\n");
    }
}
