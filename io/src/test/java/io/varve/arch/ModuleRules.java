package io.varve.arch;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static java.util.stream.Collectors.toSet;
import static org.junit.jupiter.api.TestInstance.Lifecycle.PER_CLASS;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/// The rules that hold the modules together, in place of module descriptors. Every module runs them
/// over its own main classes through a subclass `ArchitectureTest`.
@Tag("arch")
@TestInstance(PER_CLASS)
public abstract class ModuleRules {

  /// The Varve packages that each package may use besides itself. The Maven modules allow the same
  /// or more: they do not separate the packages inside one module.
  private static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          arrows("io.varve.io"),
          arrows("io.varve.model", "io"),
          arrows("io.varve.chunk", "io", "model"),
          arrows("io.varve.index", "io", "model", "chunk"),
          arrows("io.varve.wal", "io", "model", "chunk"),
          arrows("io.varve.block", "io", "model", "chunk", "index"),
          arrows("io.varve.compact", "io", "model", "chunk", "index", "block"),
          // The public API wires the engine together, so it sees all of it.
          engine("io.varve", "head", "query", "db"),
          engine("io.varve.head"),
          // Neither the head nor the blocks: the querier reads views and never knows which one.
          engine("io.varve.query"),
          engine("io.varve.db", "head", "query"),
          engine("io.varve.check", "head"),
          engine("io.varve.remote", "db"),
          engine("io.varve.cli", "head", "query", "db", "check", "remote"),
          engine("io.varve.bench", "head", "query", "db", "remote", "cli"));

  private static final Set<String> ENGINE =
      Set.of(
          "io.varve",
          "io.varve.io",
          "io.varve.model",
          "io.varve.chunk",
          "io.varve.index",
          "io.varve.wal",
          "io.varve.block",
          "io.varve.compact",
          "io.varve.head",
          "io.varve.query",
          "io.varve.db",
          "io.varve.check");

  private static final Pattern FILE_ACCESS =
      Pattern.compile(
          "java\\.io\\.(File|RandomAccessFile|File(Input|Output)Stream|File(Reader|Writer))"
              + "|java\\.nio\\.file\\.(Files|FileSystems|FileStore)"
              + "|java\\.nio\\.channels\\.(FileChannel|AsynchronousFileChannel|FileLock)(\\$.*)?"
              + "|net\\.openhft\\.chronicle\\.bytes\\.Mapped(Bytes|File).*");

  private static final Pattern TIME_AND_CHANCE =
      Pattern.compile(
          "java\\.lang\\.System\\.currentTimeMillis\\(.*"
              + "|java\\.time\\.\\w+\\.now\\(.*"
              + "|java\\.time\\.Clock\\.(system|tick)\\w*\\(.*"
              + "|java\\.lang\\.Math\\.random\\(.*"
              + "|java\\.util\\.(Random|SplittableRandom)\\.<init>\\(\\)"
              + "|java\\.util\\.random\\.RandomGenerator\\.(getDefault|of)\\(.*"
              + "|java\\.util\\.concurrent\\.ThreadLocalRandom\\..*"
              + "|java\\.security\\.SecureRandom\\..*"
              + "|java\\.util\\.UUID\\.randomUUID\\(.*");

  private final JavaClasses classes = new ClassFileImporter().importPaths(mainClasses());

  @Test
  void everyPackageHasItsArrows() {
    classes()
        .should()
        .resideInAnyPackage(trees(ARROWS.keySet()))
        .as("every package has its arrows in ModuleRules")
        .allowEmptyShould(true)
        .check(classes);
  }

  @Test
  void packagesFollowTheArrows() {
    ARROWS.forEach((from, to) ->
        classes()
            .that()
            .resideInAnyPackage(trees(Set.of(from)))
            .should()
            .onlyDependOnClassesThat(
                resideOutsideOfPackage("io.varve..")
                    .or(resideInAnyPackage(trees(Set.of(from))))
                    .or(resideInAnyPackage(trees(to))))
            .as("arrows of " + from)
            .allowEmptyShould(true)
            .check(classes));
  }

  @Test
  void onlyTheLocalDiskTouchesFiles() {
    noClasses()
        .that(isNot("io\\.varve\\.io\\.Local[A-Z].*"))
        .should()
        .dependOnClassesThat(named(FILE_ACCESS))
        .as("files are accessed by LocalDisk and its Local* collaborators; all others go by Disk")
        .allowEmptyShould(true)
        .check(classes);
  }

  @Test
  void engineTakesTimeAndChanceFromItsCallers() {
    noClasses()
        .that()
        .resideInAnyPackage(trees(ENGINE))
        .and(isNot("io\\.varve\\.VarveOptions(\\$.*)?"))
        .should()
        .accessTargetWhere(
            describe("target is a clock or a source of chance", ModuleRules::isTimeOrChance))
        .as("clocks and randomness are constructor arguments; VarveOptions has the one default")
        .allowEmptyShould(true)
        .check(classes);
  }

  private static boolean isTimeOrChance(JavaAccess<?> access) {
    return TIME_AND_CHANCE.matcher(access.getTarget().getFullName()).matches();
  }

  private static DescribedPredicate<JavaClass> named(Pattern pattern) {
    return describe("file access", c -> pattern.matcher(c.getName()).matches());
  }

  private static DescribedPredicate<JavaClass> isNot(String pattern) {
    return DescribedPredicate.not(named(Pattern.compile(pattern)));
  }

  private static Map.Entry<String, Set<String>> arrows(String from, String... to) {
    return Map.entry(from, Stream.of(to).map(p -> "io.varve." + p).collect(toSet()));
  }

  /// Arrows to the public API, to everything below the engine and to `more`.
  private static Map.Entry<String, Set<String>> engine(String from, String... more) {
    Set<String> to = new HashSet<>(arrows(from, more).getValue());
    to.addAll(arrows(from, "io", "model", "chunk", "index", "wal", "block", "compact").getValue());
    to.add("io.varve");
    return Map.entry(from, to);
  }

  /// Package identifiers that include the packages below, save for `io.varve`, which is only
  /// itself.
  private static String[] trees(Set<String> packages) {
    return packages.stream().map(p -> p.equals("io.varve") ? p : p + "..").toArray(String[]::new);
  }

  private static Path mainClasses() {
    return Path.of(System.getProperty("basedir", ""), "target", "classes");
  }
}
