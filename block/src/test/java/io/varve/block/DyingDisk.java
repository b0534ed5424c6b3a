package io.varve.block;

import io.varve.io.Disk;
import io.varve.io.DiskFile;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;

/// A disk that fails some calls. A write that fails puts half of its bytes.
final class DyingDisk {
  private final int firstFailure;
  private final int lastFailure;
  private int calls;

  private DyingDisk(int firstFailure, int lastFailure) {
    this.firstFailure = firstFailure;
    this.lastFailure = lastFailure;
  }

  /// A disk that takes so many calls and then none, as if the process had been killed.
  static Disk killedAfter(int calls, Disk disk) {
    return new DyingDisk(calls, Integer.MAX_VALUE).wrap(Disk.class, disk);
  }

  /// A disk that fails one call, as if it had been full for a moment.
  static Disk failingOnceAfter(int calls, Disk disk) {
    return new DyingDisk(calls, calls).wrap(Disk.class, disk);
  }

  private <T> T wrap(Class<T> type, T real) {
    InvocationHandler handler = (proxy, method, args) -> call(proxy, real, method, args);
    return type.cast(Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, handler));
  }

  private Object call(Object proxy, Object real, Method method, Object[] args) throws Throwable {
    if (method.isDefault()) {
      return InvocationHandler.invokeDefault(proxy, method, args);
    }
    boolean closing = method.getName().equals("close");
    int call = closing ? -1 : calls++;
    if (call >= firstFailure && call <= lastFailure) {
      if (method.getName().equals("write")) {
        ByteBuffer source = (ByteBuffer) args[0];
        args[0] = source.slice(source.position(), source.remaining() / 2);
        method.invoke(real, args);
      }
      throw new IOException("call " + call + ", " + method.getName() + ", fails");
    }
    try {
      Object result = method.invoke(real, args);
      return result instanceof DiskFile file ? wrap(DiskFile.class, file) : result;
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }
}
