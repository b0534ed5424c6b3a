package io.varve.remote;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.eclipse.jetty.ee10.servlet.ServletContextRequest;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.BufferUtil;

/// The connection a request came by, beneath HTTP. Confined to the thread of the request.
final class ClientConnection {
  private final Request request;
  private final EndPoint endPoint;
  private final ByteBuffer probe = BufferUtil.allocate(1);
  private boolean silent = true;

  private ClientConnection(Request request) {
    this.request = request;
    this.endPoint = request.getConnectionMetaData().getConnection().getEndPoint();
  }

  static ClientConnection of(HttpServletRequest request) {
    return new ClientConnection(ServletContextRequest.getServletContextRequest(request));
  }

  /// Lets the request take as long as it needs: the idle timeout then only ends a read or write
  /// that waits for the client.
  void keepWhileWorking() {
    request.addIdleTimeoutListener(timeout -> false);
  }

  /// Ends the work on an answer when the client has closed the connection. Only between the end of
  /// the request body and the first byte of the answer, when nobody else reads from it.
  ///
  /// There is no looking without reading. A byte that does come is the start of a further request
  /// sent too early, and lost: then the connection ends with this answer, and the client sends that
  /// request again, as HTTP demands of those that do not wait.
  void requirePresent(HttpServletResponse response) throws IOException {
    if (silent && endPoint.fill(probe) != 0) {
      if (BufferUtil.isEmpty(probe)) {
        throw new EofException("the client has closed the connection");
      }
      silent = false;
      response.setHeader("Connection", "close");
    }
  }

  /// Ends the connection when nothing moves on it for so long.
  void expectHaste(Duration idle) {
    endPoint.setIdleTimeout(idle.toMillis());
  }

  /// Cuts the connection, so that the client takes what it has received for broken, not for
  /// complete.
  void abort() {
    endPoint.close();
  }
}
