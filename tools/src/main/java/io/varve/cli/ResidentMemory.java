package io.varve.cli;

import io.varve.io.Disk;
import io.varve.io.DiskFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// How much physical memory this process has, as Linux knows it, in bytes.
///
/// @param peak the most it has had
/// @param now what it has
/// @param files the part of it that is pages of mapped files, which the system can take back
record ResidentMemory(long peak, long now, long files) {
  private static final Path STATUS = Path.of("/proc/self/status");

  /// Empty where the system does not tell.
  static Optional<ResidentMemory> read(Disk disk) {
    try (DiskFile status = disk.open(STATUS)) {
      byte[] text = new byte[16 << 10];
      int length = status.read(text, 0, text.length, 0);
      return parse(new String(text, 0, length, StandardCharsets.US_ASCII));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  static Optional<ResidentMemory> parse(String status) {
    OptionalLong peak = field(status, "VmHWM");
    OptionalLong now = field(status, "VmRSS");
    if (peak.isEmpty() || now.isEmpty()) {
      return Optional.empty();
    }
    long files = field(status, "RssFile").orElse(0) + field(status, "RssShmem").orElse(0);
    return Optional.of(new ResidentMemory(peak.getAsLong(), now.getAsLong(), files));
  }

  private static OptionalLong field(String status, String name) {
    Matcher field = Pattern.compile("(?m)^" + name + ":\\s+(\\d{1,15}) kB$").matcher(status);
    return field.find()
        ? OptionalLong.of(Long.parseLong(field.group(1)) << 10)
        : OptionalLong.empty();
  }
}
