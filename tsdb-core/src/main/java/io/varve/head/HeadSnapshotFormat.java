package io.varve.head;

/// The head as it was when its store was closed: a file of Varve's own beside the log, which spares
/// the next start the replay. Everything in it is in the log and the chunk files, too. Prometheus
/// takes no notice of a file of this name; it replays the log.
///
/// It is written to a temporary name when log and chunk files are closed and synced, synced, and
/// renamed. It is of use only while all these files are as they were then: whoever writes to the
/// directory, Prometheus included, begins a new segment of the log first. Who opens the directory
/// for writing deletes it before anything else there changes, whether it was of use or not.
///
/// ```
/// file   : magic u32 0x5648534E, version u8 1, 3 zero bytes, state, series*, records*, kept*, ended*,
///          end
/// each of these is a frame:
/// frame  : kind u8, number u32, length u32, stored u32, data byte[stored], crc u32
/// ```
///
/// - Integers are big-endian. `number` counts frames from 0. `crc` is the CRC-32C of all bytes of
///   the frame before it.
/// - `data` are the `length` bytes below, as they are if `stored` is equal to `length`, otherwise
///   as one LZ4 block. Frames of all but state and end are full when they have a mebibyte or more;
///   what is repeated is never divided between two.
/// - `uvarint`, `varint` and `string` are as in records of the log: LEB128, zig-zag LEB128, and
///   UTF-8 behind its length as a uvarint. Differences of 64 bits wrap around.
///
/// ```
/// 1 state   : minValidTime i64, endOfBlocks i64, minTime i64, maxTime i64, lastRef u64, range i64,
///             options u8, maxExemplars u32, outOfOrder u8,
///             ( path string, length uvarint, tail u32 )*
/// 2 series  : ( ref varint, labels, lastTime varint, closed, late, open )*
///   labels  : count uvarint, ( number uvarint > 0 | 0, name string, value string )*
///   closed  : count uvarint, ( chunk varint, mint varint, span uvarint )*
///   late    : count uvarint, ( chunk varint, mint varint, span uvarint )*
///   open    : encoding u8, ( length uvarint, data, nextAt varint, ( rangeEnd varint,
///             predicted u8 )? )?
/// 3 records : ( length uvarint, record )*
/// 4 kept    : ( ref varint, segment uvarint, lastTime varint )*
/// 5 ended   : ( hash u64, time varint )*
/// 6 end     : series u64
/// ```
///
/// *State.* Times are milliseconds since the epoch. `minValidTime` is from when on the head takes
/// samples, `endOfBlocks` the end of the blocks that it goes on from, which may be earlier where
/// there was nothing to cut a block from (each the least long if there is none), `minTime` and
/// `maxTime` are those of its samples in order (the greatest and the least long if there is none),
/// `lastRef` is the highest reference that was given to a series. `range` is the span of a block
/// cut off the head, bit 0 of `options` whether floats are in XOR2 chunks, bit 1 whether chunks of
/// histograms have start timestamps: with other settings, chunks would be cut differently.
/// `maxExemplars` is how many exemplars were kept at most: the log may have more. `outOfOrder` is 1
/// if any series has samples out of order, otherwise 0. Then come all files under `chunks_head`,
/// `wal` and `wbl`, by directory and in the order of their names: the path in the data directory
/// with `/` between names, the length in bytes, and the CRC-32C of the last 32 KiB of the file (of
/// all if it is shorter), which is a page of the log.
///
/// *Series*, in no order that matters. `ref` is the difference to that of the series before in the
/// frame, of the first one to 0. A label that no series before had, in this frame or an earlier
/// one, is written out behind a 0 and gets the next number, from 1 on. Labels are sorted by name.
/// `lastTime` is that of the newest sample in order, less `maxTime`.
///
/// *Full chunks* in `chunks_head`, in order and (`late`) out of order, in the order in which they
/// were made. `chunk` is the reference as of {@link HeadChunkFormat}, less that of the chunk before
/// in the frame, be it of another series; `mint` is the time of the first sample less the time of
/// the last sample of the chunk before, or for the first chunk in `closed` or `late` less the
/// series' own newest; `span` is from the first sample to the last.
///
/// *The open chunk* is that which the next sample in order goes to. Bits 0 to 6 of `encoding` are 1
/// to 6, or 0 if there is none and nothing follows. Bit 7 is set if the newest sample in order is a
/// stale marker. All that the encoder of the chunk knows follows from its samples. `nextAt` is when
/// it is left at the latest, less the series' own newest time; histograms (all encodings but 1 and
/// 4) also have the end of its range, less the same, and 1 if `nextAt` was predicted (see {@link
/// io.varve.chunk.HistogramCutting}).
///
/// *Records* are those of the log (`RecordFormat` of the module `wal`): of type 3 for deletions, 4
/// for the exemplars of all series in the order in which they came, 6 for metadata, and 11 to 13
/// for the samples out of order that are in no chunk yet, by series and in the order of their
/// times. So the log of samples out of order is not read either.
///
/// *Kept* are references of series that have left the head, less the reference before in the frame,
/// with the segment of the log up to which there may be samples of them, and the time of the newest
/// of these, less `maxTime`: until that segment goes and that time is in blocks, checkpoints keep
/// their records.
///
/// *Ended* are series that left the head early, with a stale marker as their newest sample: the
/// hash of the labels ({@link io.varve.model.LabelsCodec#hash}), and the time of that sample, less
/// `maxTime`. Who comes back goes on after it.
///
/// The *end* has the number of series; nothing follows.
///
/// A reader that finds anything else than this uses nothing of the file.
final class HeadSnapshotFormat {
  static final String FILE_NAME = "varve-head-snapshot";
  static final String TEMPORARY_NAME = FILE_NAME + ".tmp";

  static final int MAGIC = 0x5648534E;
  static final int VERSION = 1;

  /// Before the first frame: magic and version.
  static final int HEADER_LENGTH = Integer.BYTES + 4;

  /// Kind, number, length, stored length.
  static final int FRAME_HEADER_LENGTH = 1 + 3 * Integer.BYTES;

  static final int CRC_LENGTH = Integer.BYTES;

  static final int STATE = 1;
  static final int SERIES = 2;
  static final int RECORDS = 3;
  static final int KEPT = 4;
  static final int ENDED = 5;
  static final int END = 6;

  static final int XOR2 = 1;
  static final int HISTOGRAM_STARTS = 2;

  /// Beside the encoding of the open chunk.
  static final int STALE = 0x80;

  /// Length at which a frame is ended, in bytes.
  static final int FULL_FRAME = 1 << 20;

  /// Longest frame, in bytes: what a series or a record may take beyond {@link #FULL_FRAME}.
  static final int MAX_FRAME = 1 << 30;

  /// Bytes at the end of a file of which it has a checksum.
  static final int TAIL_LENGTH = 32 << 10;

  private HeadSnapshotFormat() {}
}
