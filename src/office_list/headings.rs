//! Headings: which column holds what, in the words of any office, Vietnamese or English.

use super::{
    column::Mapping,
    column::Role,
    outright::digits,
    owners::{self, Owner},
    phrases::words,
    roles::{asks_number, is_plain, role_of, whose_of},
    sheet::{Cell, Nature, Row, Sheet},
    whose::Whose,
};

/// Longest heading of a list of one column, in characters.
const MAX_LONE_HEADING: usize = 50;

/// Digits of such a heading, at most: "SĐT 2".
const MAX_HEADING_DIGITS: usize = 2;

/// Digits of a cell that holds a number, at least.
const MIN_NUMBER: usize = 6;

/// What each column of a list holds.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Columns {
    roles: Vec<Role>,
    headings: Vec<String>,
    /// Whom the headings name.
    whose: Vec<Whose>,
    /// The persons that columns name.
    owners: Vec<Option<Owner>>,
    /// Columns of which an officer said what they hold.
    said: Vec<bool>,
    /// How many columns have a known role.
    known: usize,
}

/// Where the headings stand.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Found {
    pub(super) columns: Columns,
    /// Index of the last row of headings.
    pub(super) row: usize,
}

impl Columns {
    /// The first headings of a sheet that name a column for identifiers. A heading that stands
    /// alone in its row counts when there is no better one: it may be a title.
    pub(super) fn find(sheet: &Sheet) -> Option<Found> {
        let rows = 0..sheet.rows.len();
        rows.clone()
            .find_map(|at| Self::at(sheet, at, false))
            .or_else(|| rows.clone().find_map(|at| Self::sparse(sheet, at)))
            .or_else(|| rows.into_iter().find_map(|at| Self::lone(sheet, at)))
    }

    /// Headings of which only those for identifiers are known: such numbers stand right below them.
    fn sparse(sheet: &Sheet, at: usize) -> Option<Found> {
        let (row, below) = (sheet.rows.get(at)?, sheet.rows.get(at + 1)?);
        let is_heading = |cell: &Cell| {
            cell.nature == Nature::Text
                && digits(&cell.text) <= MAX_HEADING_DIGITS
                && cell.text.chars().count() <= MAX_LONE_HEADING
        };
        if row.filled().count() < 2 || !row.filled().all(|(_, cell)| is_heading(cell)) {
            return None;
        }
        let columns = Self::of(&[row]);
        let mut numbers = below
            .filled()
            .filter(|(_, cell)| digits(&cell.text) >= MIN_NUMBER);
        numbers
            .any(|(column, _)| columns.role(column).identifies())
            .then_some(Found { columns, row: at })
    }

    fn lone(sheet: &Sheet, at: usize) -> Option<Found> {
        let row = sheet.rows.get(at)?;
        let columns = Self::of(&[row]);
        let identifies = columns.roles.iter().any(|role| role.identifies());
        let short = row
            .filled()
            .all(|(_, cell)| cell.text.chars().count() <= MAX_LONE_HEADING);
        (identifies && short && row.filled().count() == 1).then_some(Found { columns, row: at })
    }

    /// The headings at a row of the sheet; headings of two rows, as over merged cells, are read
    /// together. A row among entries must be nothing but headings to be taken for some.
    pub(super) fn at(sheet: &Sheet, at: usize, among_entries: bool) -> Option<Found> {
        let row = sheet.rows.get(at)?;
        // Most rows are entries, and a number tells so at once.
        let has_number = |text: &str| text.bytes().filter(u8::is_ascii_digit).count() > 6;
        if among_entries && row.filled().any(|(_, cell)| has_number(&cell.text)) {
            return None;
        }
        let first = Self::of(&[row]);
        let groups = row
            .filled()
            .any(|(_, cell)| whose_of("", &cell.text) != Whose::Unsaid);
        if first.known == 0 && !groups {
            return None;
        }
        let below = sheet
            .rows
            .get(at + 1)
            .filter(|below| is_second_row(row, below));
        if let Some(below) = below {
            let both = Self::of(&[row, below]);
            if both.is_heading(&[row, below], among_entries) {
                return Some(Found {
                    columns: both,
                    row: at + 1,
                });
            }
        }
        first.is_heading(&[row], among_entries).then_some(Found {
            columns: first,
            row: at,
        })
    }

    fn of(rows: &[&Row]) -> Self {
        let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
        let mut columns = Self {
            roles: vec![Role::Other; width],
            headings: vec![String::new(); width],
            whose: vec![Whose::Unsaid; width],
            owners: vec![None; width],
            said: vec![false; width],
            known: 0,
        };
        for row in rows {
            for (column, cell) in row.filled().filter(|(_, cell)| cell.nature == Nature::Text) {
                let Some(role) = role_of(&cell.text) else {
                    continue;
                };
                columns.roles[column] = role;
                columns.headings[column].clone_from(&cell.text);
            }
        }
        for column in 0..width {
            // "Đối tượng" asks for nothing that is known, and still says whose the next columns are.
            let (group, heading) = (group_of(rows, column), heading_of(rows, column));
            if columns.headings[column].is_empty() {
                columns.headings[column] = heading.to_owned();
            }
            columns.whose[column] = whose_of(group, heading);
            columns.owners[column] = owners::of(group, heading, columns.whose[column]);
            // "Người bị hại" over "Điện thoại": the group says whose.
            if columns.whose[column] == Whose::Other {
                columns.roles[column] = Role::Private;
            }
        }
        for column in 0..width {
            let other = columns.whose[column] == Whose::Other;
            if other && owners::is_told_apart(heading_of(rows, column), &columns.roles) {
                columns.owners[column] = None;
            }
        }
        let known = columns.roles.iter().filter(|role| **role != Role::Other);
        columns.known = known.count();
        columns
    }

    /// Takes the word of an officer for what columns hold: those for identifiers are the suspect's.
    pub(super) fn assign(&mut self, mapping: &Mapping) {
        for (column, role) in mapping.iter() {
            let width = self.roles.len().max(column + 1);
            self.roles.resize(width, Role::Other);
            self.headings.resize(width, String::new());
            self.whose.resize(width, Whose::Unsaid);
            self.owners.resize(width, None);
            self.said.resize(width, false);
            (self.roles[column], self.said[column]) = (role, true);
        }
    }

    /// How wide the headings are.
    pub(super) fn width(&self) -> usize {
        self.roles.len()
    }

    /// Whether what stands in a column is the suspect's, as far as the headings say: they name the suspect; or nobody, no
    /// other column is for such numbers, no word of the heading is unknown, and no other person's name stands before it.
    pub(super) fn is_suspects(&self, column: usize) -> bool {
        if self.said.get(column) == Some(&true) {
            return true;
        }
        match self.whose.get(column) {
            Some(Whose::Suspect) => true,
            Some(Whose::Unsaid) => {
                is_plain(self.heading(column))
                    && !owners::may_be_others(&self.owners, column)
                    && self.rivals(column).all(|rival| self.is_twin(column, rival))
                    && !self.may_be_who_lost(column)
            }
            Some(Whose::Both | Whose::Other) | None => false,
        }
    }

    /// Whether a column that names nobody may hold the numbers of those who lost money: a sum stands beside it, and another
    /// column names the suspect, or one describes a person.
    fn may_be_who_lost(&self, column: usize) -> bool {
        let names_suspect =
            |at: usize| at != column && self.role(at).identifies() && self.names_suspect(at);
        let is_loss = |at: usize| owners::tells_of_loss(self.heading(at));
        let is_person = |at: usize| owners::describes_person(self.heading(at), self.role(at));
        let has = |is: &dyn Fn(usize) -> bool| (0..self.width()).any(is);
        let sums = self.with(Role::Amount).next().is_some();
        sums && has(&names_suspect) || has(&is_person) && (has(&is_loss) || has(&names_suspect))
    }

    /// Whether the headings name the suspect.
    pub(super) fn names_suspect(&self, column: usize) -> bool {
        self.whose.get(column) == Some(&Whose::Suspect)
    }

    /// The other columns for numbers of the same kind. Accounts and wallets of one person stand side by side, as do his
    /// telephone and his account.
    fn rivals(&self, column: usize) -> impl Iterator<Item = usize> {
        let own = self.role(column);
        let same = move |role: Role| role == own || role == Role::Any || own == Role::Any;
        let roles = self.roles.iter().enumerate();
        roles
            .filter(move |(at, role)| *at != column && role.identifies() && same(**role))
            .map(|(at, _)| at)
    }

    /// "SĐT 1" and "SĐT 2": the headings differ in a number only.
    fn is_twin(&self, column: usize, other: usize) -> bool {
        let numbered = |column: usize| {
            let words = words(self.heading(column));
            let stem: String = words.chars().filter(|c| !c.is_numeric()).collect();
            (stem.split_whitespace().collect::<Vec<_>>().join(" "), words)
        };
        let ((stem, words), (other_stem, other_words)) = (numbered(column), numbered(other));
        self.whose[other] == Whose::Unsaid && stem == other_stem && words != other_words
    }

    fn is_heading(&self, rows: &[&Row], among_entries: bool) -> bool {
        let filled: usize = rows.iter().map(|row| row.filled().count()).sum();
        let named: usize = rows
            .iter()
            .flat_map(|row| row.filled())
            .filter(|(_, cell)| role_of(&cell.text).is_some())
            .count();
        // A table of victims' numbers only ends the table above it.
        let private = |(_, cell): (usize, &Cell)| {
            role_of(&cell.text) == Some(Role::Private) && asks_number(&cell.text).is_some()
        };
        let identifies = self.roles.iter().any(|role| role.identifies())
            || among_entries && rows.iter().flat_map(|row| row.filled()).any(private);
        let mostly = if among_entries {
            named * 10 >= filled * 7
        } else {
            named * 2 >= filled
        };
        identifies && mostly && self.known >= 2
    }

    /// How many columns are understood.
    pub(super) fn score(&self) -> usize {
        self.known
    }

    pub(super) fn role(&self, column: usize) -> Role {
        self.roles.get(column).copied().unwrap_or(Role::Other)
    }

    pub(super) fn heading(&self, column: usize) -> &str {
        self.headings.get(column).map_or("", String::as_str)
    }

    /// The columns of a role, from the left.
    pub(super) fn with(&self, role: Role) -> impl Iterator<Item = usize> {
        let columns = self.roles.iter().enumerate();
        columns
            .filter(move |(_, held)| **held == role)
            .map(|(column, _)| column)
    }

    /// The column that names the bank of an account's column: the next one on, else the only one.
    pub(super) fn bank_of(&self, account: usize) -> Option<usize> {
        let banks: Vec<usize> = self.with(Role::Bank).collect();
        let accounts: Vec<usize> = self.with(Role::Account).collect();
        match accounts.iter().position(|column| *column == account) {
            Some(nth) if banks.len() == accounts.len() => banks.get(nth).copied(),
            _ => banks
                .iter()
                .copied()
                .find(|bank| *bank > account)
                .or(banks.last().copied()),
        }
    }
}

/// The words over a column, the lowest ones.
fn heading_of<'r>(rows: &[&'r Row], column: usize) -> &'r str {
    let texts = rows.iter().rev().filter_map(|row| row.cell(column));
    let mut texts = texts.filter(|cell| cell.nature == Nature::Text);
    texts.next().map_or("", |cell| cell.text.as_str())
}

/// The heading of a group over a column of two rows of headings. Over merged cells it stands in its first column only.
fn group_of<'r>(rows: &[&'r Row], column: usize) -> &'r str {
    let [group, below] = rows else {
        return "";
    };
    let own = |at: usize| group.cell(at).map(|cell| cell.text.as_str());
    let spans = |at: usize| below.cell(at).is_some();
    if !spans(column) {
        return "";
    }
    let left = (0..=column).rev().find(|at| group.cell(*at).is_some());
    left.filter(|at| *at == column || (*at..column).all(spans))
        .and_then(own)
        .unwrap_or("")
}

/// Whether a row goes on with the headings of the row above: nothing in it but headings, and it
/// says something about columns that were empty or grouped.
fn is_second_row(above: &Row, below: &Row) -> bool {
    let mut filled = below.filled().peekable();
    let fills = below
        .filled()
        .any(|(column, _)| above.cell(column).is_none());
    filled.peek().is_some()
        && fills
        && filled.all(|(_, cell)| cell.nature == Nature::Text && role_of(&cell.text).is_some())
}
