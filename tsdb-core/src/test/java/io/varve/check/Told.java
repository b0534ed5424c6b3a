package io.varve.check;

import io.varve.io.Finding;
import io.varve.io.LocalDisk;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// What a verification told.
record Told(DirectoryVerifier.Summary summary, List<Finding> findings, List<Finding> notes) {
  List<Finding> all() {
    return Stream.concat(findings.stream(), notes.stream()).toList();
  }

  static Told by(Path directory) throws IOException {
    var findings = new ArrayList<Finding>();
    var notes = new ArrayList<Finding>();
    var listener =
        new VerifyListener() {
          @Override
          public void finding(Finding finding) {
            findings.add(finding);
          }

          @Override
          public void note(Finding note) {
            notes.add(note);
          }
        };
    var summary = DirectoryVerifier.verify(new LocalDisk(), directory, listener);
    return new Told(summary, findings, notes);
  }
}
