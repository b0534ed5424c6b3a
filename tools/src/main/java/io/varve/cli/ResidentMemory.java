package io.varve.cli;

import io.varve.io.Disk;
import io.varve.io.DiskFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The largest amount of physical memory that this process has had, as Linux knows it.
final class ResidentMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Pattern PEAK = Pattern.compile("(?m)^VmHWM:\\s+(\\d{1,15}) kB$");

  private ResidentMemory() {}

  /// In bytes; empty where the system does not tell.
  static OptionalLong peak(Disk disk) {
    try (DiskFile status = disk.open(STATUS)) {
      byte[] text = new byte[16 << 10];
      int length = status.read(text, 0, text.length, 0);
      return parse(new String(text, 0, length, StandardCharsets.US_ASCII));
    } catch (IOException e) {
      return OptionalLong.empty();
    }
  }

  static OptionalLong parse(String status) {
    Matcher peak = PEAK.matcher(status);
    return peak.find()
        ? OptionalLong.of(Long.parseLong(peak.group(1)) << 10)
        : OptionalLong.empty();
  }
}
