import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.spi.ToolProvider;

/// Runs google-java-format over every `src/**/*.java` of the modules: `check` names the files that
/// are not formatted and fails, `apply` rewrites them. A program of its own because the tool takes a
/// list of files only, and shells differ between systems.
final class Format {

  public static void main(String[] args) throws IOException {
    boolean check = args[0].equals("check");
    List<String> command = new ArrayList<>();
    command.addAll(
        check ? List.of("--dry-run", "--set-exit-if-changed") : List.of("--replace"));
    command.addAll(sources());
    PrintWriter out = new PrintWriter(System.out, true);
    int exit = 0;
    if (command.size() > (check ? 2 : 1)) {
      ToolProvider tool = ToolProvider.findFirst("google-java-format").orElseThrow();
      exit = tool.run(out, new PrintWriter(System.err, true), command.toArray(String[]::new));
    }
    if (check && exit != 0) {
      System.err.println("The files above are not formatted: run ./format (google-java-format).");
    }
    System.exit(exit);
  }

  private static List<String> sources() throws IOException {
    List<String> sources = new ArrayList<>();
    try (var modules = Files.newDirectoryStream(Path.of(""), Files::isDirectory)) {
      for (Path module : modules) {
        Path src = module.resolve("src");
        if (Files.isDirectory(src)) {
          try (var files = Files.walk(src)) {
            files.map(Path::toString).filter(f -> f.endsWith(".java")).forEach(sources::add);
          }
        }
      }
    }
    sources.sort(null);
    return sources;
  }
}
