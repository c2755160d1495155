//! A small JPEG photo (ITU-T T.81 baseline): a symmetric pattern of flat squares, different for each person.

/// Squares on a side; each is one 8 × 8 block, so the picture has 96 × 96 pixels.
const SIDE: usize = 12;

/// Huffman code lengths and values of the DC coefficients (T.81 table K.3): how many bits a difference takes.
const DC_LENGTHS: [u8; 16] = [0, 1, 5, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0];
const DC_CODES: [(u16, u8); 12] = [
    (0b00, 2),
    (0b010, 3),
    (0b011, 3),
    (0b100, 3),
    (0b101, 3),
    (0b110, 3),
    (0b1110, 4),
    (0b11110, 5),
    (0b11_1110, 6),
    (0b111_1110, 7),
    (0b1111_1110, 8),
    (0b1_1111_1110, 9),
];

/// The picture of a number.
pub fn photo(number: u64) -> Vec<u8> {
    let mut jpeg = vec![0xff, 0xd8];
    segment(&mut jpeg, 0xe0, b"JFIF\0\x01\x01\0\0\x01\0\x01\0\0");
    // With a step of 8 a DC coefficient is the mean of its block, less 128.
    segment(&mut jpeg, 0xdb, &[&[0u8][..], &[8; 64]].concat());
    let size = u8::try_from(SIDE * 8).unwrap_or(0);
    segment(
        &mut jpeg,
        0xc0,
        &[8, 0, size, 0, size, 3, 1, 0x11, 0, 2, 0x11, 0, 3, 0x11, 0],
    );
    segment(
        &mut jpeg,
        0xc4,
        &[&[0u8][..], &DC_LENGTHS, &(0..12).collect::<Vec<u8>>()].concat(),
    );
    // The only AC symbol is "end of block", one bit long.
    segment(&mut jpeg, 0xc4, &[&[0x10, 1][..], &[0; 15], &[0]].concat());
    segment(&mut jpeg, 0xda, &[3, 1, 0, 2, 0, 3, 0, 0, 63, 0]);
    jpeg.extend(scan(number));
    jpeg.extend([0xff, 0xd9]);
    jpeg
}

fn segment(jpeg: &mut Vec<u8>, marker: u8, content: &[u8]) {
    let length = u16::try_from(content.len() + 2).unwrap_or(0);
    jpeg.extend([0xff, marker]);
    jpeg.extend(length.to_be_bytes());
    jpeg.extend(content);
}

fn scan(number: u64) -> Vec<u8> {
    let (front, back) = colours(number);
    let mut bits = Bits::default();
    let mut before = [0i32; 3];
    for row in 0..SIDE {
        for column in 0..SIDE {
            let colour = if is_front(number, row, column) {
                front
            } else {
                back
            };
            for (part, last) in colour.into_iter().zip(before.iter_mut()) {
                bits.push_dc(part - *last);
                bits.push(0, 1);
                *last = part;
            }
        }
    }
    bits.finish()
}

/// Left and right are the same, as in a face.
fn is_front(number: u64, row: usize, column: usize) -> bool {
    let column = column.min(SIDE - 1 - column);
    let mixed = (number + 1)
        .wrapping_mul(0x9e37_79b9_7f4a_7c15)
        .rotate_left((row * 5) as u32);
    let inside = (1..SIDE - 1).contains(&row) && column >= 1;
    inside && mixed >> (column * 3 % 64) & 1 == 1
}

/// Foreground and background in Y, Cb, Cr, each less 128.
fn colours(number: u64) -> ([i32; 3], [i32; 3]) {
    let angle = number as f64 * 2.4;
    let chroma = |radius: f64, turn: f64| (radius * turn) as i32;
    (
        [-40, chroma(60.0, angle.cos()), chroma(60.0, angle.sin())],
        [90, 0, 0],
    )
}

/// Bits from the highest on; a byte of all ones is followed by a zero byte.
#[derive(Default)]
struct Bits {
    bytes: Vec<u8>,
    pending: u32,
    count: u8,
}

impl Bits {
    /// A DC difference: the Huffman code of its size, then its bits (negative ones in one's complement).
    fn push_dc(&mut self, difference: i32) {
        let size = 32 - difference.unsigned_abs().leading_zeros();
        let (code, length) = DC_CODES[size as usize];
        self.push(code, length);
        let bits = if difference < 0 {
            difference + (1 << size) - 1
        } else {
            difference
        };
        self.push(bits as u16, size as u8);
    }

    fn push(&mut self, bits: u16, length: u8) {
        for at in (0..length).rev() {
            self.pending = self.pending << 1 | u32::from(bits >> at & 1);
            self.count += 1;
            if self.count == 8 {
                self.bytes.push(self.pending as u8);
                if self.pending as u8 == 0xff {
                    self.bytes.push(0);
                }
                (self.pending, self.count) = (0, 0);
            }
        }
    }

    fn finish(mut self) -> Vec<u8> {
        while self.count != 0 {
            self.push(1, 1);
        }
        self.bytes
    }
}
