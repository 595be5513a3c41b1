//! The marks of RTF (Rich Text Format specification 1.9.1, "RTF syntax").

pub(crate) enum Token<'b> {
    Open,
    Close,
    /// `\word-12`: the word and its number.
    Word(&'b str, Option<i32>),
    /// `\~` and the like: one sign that is no letter.
    Symbol(u8),
    /// `\'fc`.
    Byte(u8),
    /// Bytes of text without marks or line ends.
    Text(&'b [u8]),
}

pub(crate) struct Tokens<'b> {
    rest: &'b [u8],
}

impl<'b> Tokens<'b> {
    pub(crate) fn new(bytes: &'b [u8]) -> Self {
        Self { rest: bytes }
    }

    /// Passes over binary data (`\bin`).
    pub(crate) fn pass(&mut self, count: usize) {
        self.rest = self.rest.get(count..).unwrap_or_default();
    }

    fn take(&mut self, count: usize) -> &'b [u8] {
        let (taken, rest) = self.rest.split_at(count.min(self.rest.len()));
        self.rest = rest;
        taken
    }

    fn run(&self, is_it: impl Fn(&u8) -> bool) -> usize {
        self.rest.iter().take_while(|b| is_it(b)).count()
    }

    fn control(&mut self) -> Option<Token<'b>> {
        let letters = self.run(u8::is_ascii_alphabetic);
        if letters == 0 {
            return match self.take(1).first()? {
                b'\'' => Some(Token::Byte(self.hexadecimal())),
                sign => Some(Token::Symbol(*sign)),
            };
        }
        let word = std::str::from_utf8(self.take(letters)).unwrap_or_default();
        let sign = usize::from(self.rest.first() == Some(&b'-'));
        let digits = self.rest[sign..]
            .iter()
            .take_while(|b| b.is_ascii_digit())
            .count();
        let mut number = None;
        if digits > 0 {
            let told = std::str::from_utf8(self.take(sign + digits)).unwrap_or_default();
            number = told.parse().ok();
        }
        if self.rest.first() == Some(&b' ') {
            self.take(1);
        }
        Some(Token::Word(word, number))
    }

    fn hexadecimal(&mut self) -> u8 {
        let digits = std::str::from_utf8(self.take(2)).unwrap_or_default();
        u8::from_str_radix(digits, 16).unwrap_or(b'?')
    }
}

impl<'b> Iterator for Tokens<'b> {
    type Item = Token<'b>;

    fn next(&mut self) -> Option<Token<'b>> {
        let breaks = self.run(|b| matches!(b, b'\r' | b'\n' | 0));
        self.take(breaks);
        match self.rest.first()? {
            b'{' => {
                self.take(1);
                Some(Token::Open)
            }
            b'}' => {
                self.take(1);
                Some(Token::Close)
            }
            b'\\' => {
                self.take(1);
                self.control()
            }
            _ => {
                let text = self.run(|b| !matches!(b, b'{' | b'}' | b'\\' | b'\r' | b'\n' | 0));
                Some(Token::Text(self.take(text)))
            }
        }
    }
}
