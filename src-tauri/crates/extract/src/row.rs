//! A row of a sheet as a line: its cells set apart by tabs.

/// A wider gap between two cells counts as one of this many: an empty sheet is wide.
const MAX_GAP: usize = 16;

#[derive(Default)]
pub(crate) struct Row {
    line: String,
    /// The column behind the last one that was put.
    next: usize,
}

impl Row {
    /// Puts `text` into `column`, counted from 0. Blank cells are only gaps.
    pub(crate) fn put(&mut self, column: usize, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        let gap = column.saturating_sub(self.next) + usize::from(self.next > 0);
        self.line
            .extend(std::iter::repeat_n('\t', gap.min(MAX_GAP)));
        let flat = text
            .trim()
            .chars()
            .map(|c| if is_break(c) { ' ' } else { c });
        self.line.extend(flat);
        self.next = self.next.max(column + 1);
    }

    /// The line; the row is empty again.
    pub(crate) fn take(&mut self) -> String {
        self.next = 0;
        std::mem::take(&mut self.line)
    }
}

fn is_break(c: char) -> bool {
    matches!(
        c,
        '\n' | '\r' | '\t' | '\u{b}' | '\u{c}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stay_columns_and_line_ends_in_cells_are_blanks() {
        let mut row = Row::default();
        row.put(0, "a");
        row.put(1, "b\nb");
        row.put(2, " ");
        row.put(3, "d");
        assert_eq!(row.take(), "a\tb b\t\td");
        row.put(1, "b");
        assert_eq!(
            row.take(),
            "\tb",
            "the next row begins at its own first column"
        );
    }

    #[test]
    fn a_wide_gap_is_cut_short() {
        let mut row = Row::default();
        row.put(0, "a");
        row.put(16_383, "z");
        assert_eq!(row.take().len(), 2 + MAX_GAP);
    }
}
