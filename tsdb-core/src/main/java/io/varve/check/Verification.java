package io.varve.check;

import io.varve.io.Disk;
import io.varve.io.FileStat;
import io.varve.io.Finding;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// What the checks of one directory have in common: where they report to, and what they count.
/// Confined to one thread.
final class Verification {
  /// How often files are read that change all the time.
  private static final int ATTEMPTS = 5;

  private final Disk disk;
  private final VerifyListener listener;
  private final long totalBytes;
  private long doneBytes;
  private long findings;

  long blocks;
  long series;
  long chunks;
  long samples;
  long records;

  Verification(Disk disk, VerifyListener listener, long totalBytes) {
    this.disk = disk;
    this.listener = listener;
    this.totalBytes = totalBytes;
  }

  Disk disk() {
    return disk;
  }

  long findings() {
    return findings;
  }

  void note(Path file, String what) {
    listener.note(new Finding(file, -1, -1, what));
  }

  void progress(long bytes) {
    doneBytes += bytes;
    listener.progress(doneBytes, totalBytes);
  }

  /// Findings and notes that do not count yet.
  record Held(List<Finding> findings, List<Finding> notes) {
    void note(Path file, String what) {
      notes.add(new Finding(file, -1, -1, what));
    }

    boolean isEmpty() {
      return findings.isEmpty() && notes.isEmpty();
    }
  }

  /// A check that tells what it finds.
  interface Check<T> {
    T run(Held held) throws IOException;
  }

  /// A look at what a check depends on.
  interface Look {
    Set<Object> now() throws IOException;
  }

  /// Runs a check of files that a server may be replacing at the same time. What it finds counts
  /// only if what the look saw before is still there afterwards; else it runs again.
  <T> T steadily(Look look, Check<T> check) throws IOException {
    for (int attempt = 1; ; attempt++) {
      Set<Object> before = look.now();
      var held = new Held(new ArrayList<>(), new ArrayList<>());
      boolean last = attempt == ATTEMPTS;
      try {
        T result = check.run(held);
        if (held.isEmpty() || last || look.now().containsAll(before)) {
          tell(held);
          return result;
        }
      } catch (NoSuchFileException e) {
        if (last || look.now().containsAll(before)) {
          throw e;
        }
      }
    }
  }

  private void tell(Held held) {
    findings += held.findings.size();
    held.findings.forEach(listener::finding);
    held.notes.forEach(listener::note);
  }

  /// A name and what it stands for.
  private record Entry(String name, Optional<FileStat> stat) {}

  /// The names in a directory, none if there is no such directory.
  static List<String> names(Disk disk, Path directory) throws IOException {
    try {
      return disk.list(directory);
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  /// The names in a directory, which a server adds to.
  Set<Object> namesIn(Path directory) throws IOException {
    return new HashSet<>(names(disk, directory));
  }

  /// Some files in a directory, as they are now.
  Set<Object> filesIn(Path directory, List<String> names) throws IOException {
    var entries = new HashSet<Object>();
    for (String name : names) {
      entries.add(new Entry(name, disk.stat(directory.resolve(name))));
    }
    return entries;
  }

  /// Bytes of all files under a path, which may vanish meanwhile.
  static long size(Disk disk, Path path) throws IOException {
    Optional<FileStat> stat = disk.stat(path);
    long size = stat.map(FileStat::size).orElse(0L);
    if (stat.isPresent() && stat.get().directory()) {
      for (String name : names(disk, path)) {
        size += size(disk, path.resolve(name));
      }
    }
    return size;
  }
}
