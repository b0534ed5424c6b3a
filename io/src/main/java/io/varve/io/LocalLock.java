package io.varve.io;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/// The lock on a data directory.
///
/// Prometheus takes `flock(2)`; Java's {@link FileLock} is `fcntl(2)` on Linux and macOS, and the
/// two do not see each other. So the C function is called through the foreign-function API, on a
/// file descriptor opened by the same means, since Java's are not to be had. On Windows, where both
/// programs use the system's one kind of lock, {@link FileLock} serves.
final class LocalLock implements DirectoryLock {
  private static final int LOCK_EX = 2;
  private static final int LOCK_NB = 4;
  private static final int O_RDWR = 2;
  private static final int MODE = 0666;

  private final Path file;
  private final boolean replaced;
  private final Release release;
  private boolean closed;

  private interface Release {
    void run() throws IOException;
  }

  private LocalLock(Path file, boolean replaced, Release release) {
    this.file = file;
    this.replaced = replaced;
    this.release = release;
  }

  static LocalLock acquire(Path file) throws IOException {
    boolean replaced = Files.exists(file);
    Release release =
        System.getProperty("os.name", "").startsWith("Windows") ? byJava(file) : byFlock(file);
    return new LocalLock(file, replaced, release);
  }

  @Override
  public boolean replacedStaleFile() {
    return replaced;
  }

  @Override
  public synchronized void close() throws IOException {
    if (!closed) {
      closed = true;
      try {
        Files.deleteIfExists(file);
      } finally {
        release.run();
      }
    }
  }

  private static Release byJava(Path file) throws IOException {
    var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException e) {
      // held by this very process: reported like any other holder
    } finally {
      if (lock == null) {
        channel.close();
      }
    }
    if (lock == null) {
      throw new DirectoryInUseException(file);
    }
    return channel::close;
  }

  private static Release byFlock(Path file) throws IOException {
    while (true) {
      int descriptor = LibC.open(file);
      try {
        if (!LibC.flock(descriptor, LOCK_EX | LOCK_NB)) {
          throw new DirectoryInUseException(file);
        }
        if (isStillNamed(descriptor, file)) {
          return () -> LibC.close(descriptor);
        }
      } catch (IOException | RuntimeException e) {
        LibC.close(descriptor);
        throw e;
      }
      LibC.close(descriptor);
    }
  }

  /// Whether the file that was opened and locked still has its name. An owner that went away
  /// between the two removed it; others would then lock a new file of that name beside ours. Taken
  /// for granted where there is no `/proc`.
  private static boolean isStillNamed(int descriptor, Path file) throws IOException {
    Path opened = Path.of("/proc/self/fd", Integer.toString(descriptor));
    if (!Files.exists(opened)) {
      return true;
    }
    try {
      return Files.isSameFile(opened, file);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  /// Links the C functions that a lock needs. That is done when the first lock is taken anyway, and
  /// takes some 50 ms.
  static void link() {
    LibC.link();
  }

  /// The three C functions. Loaded on first use only.
  private static final class LibC {
    private static final boolean MAC = System.getProperty("os.name", "").startsWith("Mac");
    private static final int O_CREAT = MAC ? 0x200 : 0x40;
    private static final int O_CLOEXEC = MAC ? 0x1000000 : 0x80000;
    private static final int ENOENT = 2;
    private static final int EINTR = 4;
    private static final int EACCES = 13;
    private static final int EWOULDBLOCK = MAC ? 35 : 11;

    private static final Linker LINKER = Linker.nativeLinker();
    private static final StructLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
        STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    /// One handle calls all three functions, since each one of its own adds some 30 ms to a start.
    /// C takes no harm from arguments beyond a function's parameters, nor from a long for an int.
    @SuppressWarnings("restricted")
    private static final MethodHandle CALL =
        LINKER.downcallHandle(
            FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_INT, JAVA_INT),
            Linker.Option.captureCallState("errno"),
            Linker.Option.firstVariadicArg(2)); // the mode of open

    private static final MemorySegment OPEN = function("open");
    private static final MemorySegment FLOCK = function("flock");
    private static final MemorySegment CLOSE = function("close");

    private static MemorySegment function(String name) {
      return LINKER.defaultLookup().findOrThrow(name);
    }

    /// Has the functions linked.
    static void link() {
      assert CALL != null;
    }

    static int open(Path file) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(STATE);
        MemorySegment name = arena.allocateFrom(file.toString());
        int flags = O_RDWR | O_CREAT | O_CLOEXEC;
        int descriptor = (int) CALL.invokeExact(OPEN, state, name.address(), flags, MODE);
        if (descriptor < 0) {
          throw openFailed(file, errno(state));
        }
        return descriptor;
      } catch (Throwable e) {
        throw rethrow(e);
      }
    }

    private static IOException openFailed(Path file, int error) {
      return switch (error) {
        case ENOENT -> new NoSuchFileException(file.toString());
        case EACCES -> new AccessDeniedException(file.toString());
        default -> new IOException(file + ": cannot be opened (errno " + error + ")");
      };
    }

    /// Whether the lock was taken; false if somebody else has it.
    static boolean flock(int descriptor, int operation) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment state = arena.allocate(STATE);
        while ((int) CALL.invokeExact(FLOCK, state, (long) descriptor, operation, 0) != 0) {
          int error = errno(state);
          if (error == EWOULDBLOCK) {
            return false;
          }
          if (error != EINTR) {
            throw new IOException("flock failed (errno " + error + ")");
          }
        }
        return true;
      } catch (Throwable e) {
        throw rethrow(e);
      }
    }

    static void close(int descriptor) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        int ignored = (int) CALL.invokeExact(CLOSE, arena.allocate(STATE), (long) descriptor, 0, 0);
      } catch (Throwable e) {
        throw rethrow(e);
      }
    }

    private static int errno(MemorySegment state) {
      return (int) ERRNO.get(state, 0L);
    }

    /// Method handles declare `Throwable`; what really comes is unchecked or ours.
    private static RuntimeException rethrow(Throwable e) throws IOException {
      switch (e) {
        case IOException io -> throw io;
        case RuntimeException runtime -> throw runtime;
        case Error error -> throw error;
        default -> throw new IllegalStateException(e);
      }
    }
  }
}
