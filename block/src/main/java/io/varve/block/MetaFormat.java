package io.varve.block;

/// The file `meta.json` of a block: a JSON object as Go's `MarshalIndent` lays it out, indented
/// with tabs, without a line end after the last brace.
///
/// ```
/// {
/// 	"ulid": "01M6ZT2K3E7R5A4C9D8F6G1H0J",     name of the block
/// 	"minTime": 1600000000000,                 ms, inclusive
/// 	"maxTime": 1600007200000,                 ms, exclusive
/// 	"stats": {                                fields that are 0 are left out
/// 		"numSamples": 240,
/// 		"numFloatSamples": 240,
/// 		"numHistogramSamples": 1,
/// 		"numSeries": 1,
/// 		"numChunks": 2,
/// 		"numTombstones": 1
/// 	},
/// 	"compaction": {                           all but "level" is left out where it says nothing
/// 		"level": 2,
/// 		"sources": [ ULID ... ],                the blocks of level 1 that went into it, sorted
/// 		"deletable": true,
/// 		"parents": [                            the blocks it was made from
/// 			{ "ulid": ULID, "minTime": ms, "maxTime": ms }
/// 		],
/// 		"failed": true,
/// 		"hints": [ "from-out-of-order" ]
/// 	},
/// 	"version": 1
/// }
/// ```
///
/// Other members belong to other programs (`thanos`, `out_of_order` of Mimir) or to later versions.
/// They are kept as text and written after the known ones of the same object. Prometheus drops
/// them.
///
/// Blocks written by Prometheus up to 3.5 have no counts by kind of sample. Strings are escaped as
/// Go does it: besides what JSON asks for, `<`, `>`, `&`, U+2028 and U+2029 are written by their
/// code points, in small hexadecimal digits.
public final class MetaFormat {
  public static final String FILE_NAME = "meta.json";
  public static final int VERSION = 1;

  /// What Prometheus 2.1 wrote by mistake, see {@link BlockRepair#mendIndexVersion}.
  static final int VERSION_OF_2_1 = 2;

  /// Largest file that is read, in bytes: Thanos lists the sources of large blocks, and all files.
  static final int MAX_LENGTH = 16 << 20;

  static final String ULID = "ulid";
  static final String MIN_TIME = "minTime";
  static final String MAX_TIME = "maxTime";
  static final String STATS = "stats";
  static final String NUM_SAMPLES = "numSamples";
  static final String NUM_FLOAT_SAMPLES = "numFloatSamples";
  static final String NUM_HISTOGRAM_SAMPLES = "numHistogramSamples";
  static final String NUM_SERIES = "numSeries";
  static final String NUM_CHUNKS = "numChunks";
  static final String NUM_TOMBSTONES = "numTombstones";
  static final String COMPACTION = "compaction";
  static final String LEVEL = "level";
  static final String SOURCES = "sources";
  static final String DELETABLE = "deletable";
  static final String PARENTS = "parents";
  static final String FAILED = "failed";
  static final String HINTS = "hints";
  static final String VERSION_NAME = "version";

  private MetaFormat() {}
}
