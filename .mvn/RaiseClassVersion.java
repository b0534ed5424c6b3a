import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ClassHierarchyResolverOption;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassFile.StackMapsOption;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Collections;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.zip.ZipEntry;

/// Rewrites a jar whose classes are older than Java 6 as if they were compiled for Java 8: the same
/// code, with the stack maps that newer class files have. An AOT cache leaves older classes out, so
/// that they are read, verified and linked anew at each start.
///
/// usage: `java RaiseClassVersion.java JAR`; a jar that was rewritten before is left alone
final class RaiseClassVersion {
  private static final String NOTICE = "META-INF/CHANGES";
  private static final String NOTICE_TEXT =
      "The class files in this jar were raised to version 52 (Java 8). Nothing else was changed.\n";

  public static void main(String[] args) throws IOException {
    Path jar = Path.of(args[0]);
    Path raised = jar.resolveSibling(jar.getFileName() + ".raised");
    try (var in = new JarFile(jar.toFile())) {
      if (in.getEntry(NOTICE) != null) {
        return;
      }
      try (var out = Files.newOutputStream(raised)) {
        raise(jar, in, out);
      }
    }
    Files.move(raised, jar, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void raise(Path jar, JarFile in, OutputStream target) throws IOException {
    try (var loader = new URLClassLoader(new URL[] {jar.toUri().toURL()}, null);
        var out = new JarOutputStream(target)) {
      var hierarchy =
          ClassHierarchyResolver.ofResourceParsing(loader)
              .orElse(ClassHierarchyResolver.defaultResolver());
      // With the old constant pool, methods would be copied as they are, without stack maps.
      var classFile =
          ClassFile.of(
              ConstantPoolSharingOption.NEW_POOL,
              StackMapsOption.GENERATE_STACK_MAPS,
              ClassHierarchyResolverOption.of(hierarchy));
      for (var entry : Collections.list(in.entries())) {
        byte[] bytes = in.getInputStream(entry).readAllBytes();
        boolean old =
            entry.getName().endsWith(".class") && !entry.getName().contains("module-info");
        put(out, entry.getName(), entry.getTime(), old ? raise(classFile, bytes) : bytes);
      }
      put(
          out,
          NOTICE,
          in.getEntry(JarFile.MANIFEST_NAME).getTime(),
          NOTICE_TEXT.getBytes(StandardCharsets.UTF_8));
    }
  }

  private static byte[] raise(ClassFile classFile, byte[] bytes) {
    return classFile.transformClass(
        classFile.parse(bytes),
        ClassTransform.transformingMethodBodies((code, element) -> code.with(element))
            .andThen((type, element) -> {
              if (element instanceof ClassFileVersion) {
                type.withVersion(ClassFile.JAVA_8_VERSION, 0);
              } else {
                type.with(element);
              }
            }));
  }

  private static void put(JarOutputStream out, String name, long time, byte[] bytes)
      throws IOException {
    var entry = new ZipEntry(name);
    entry.setTime(time);
    out.putNextEntry(entry);
    out.write(bytes);
    out.closeEntry();
  }
}
