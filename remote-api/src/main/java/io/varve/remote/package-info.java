/// The HTTP side of a store: Prometheus' remote write and remote read, the label queries of its
/// API, and what operators watch. {@link io.varve.remote.RemoteServer} is the whole of it.
///
/// | Path | Class |
/// |---|---|
/// | `POST /api/v1/write` | {@link io.varve.remote.WriteEndpoint} |
/// | `POST /api/v1/read` | {@link io.varve.remote.ReadEndpoint} |
/// | `/api/v1/series`, `/api/v1/labels`, `/api/v1/label/{name}/values` | {@link
/// io.varve.remote.LabelEndpoints} |
/// | `/metrics` | {@link io.varve.remote.MetricsEndpoint} |
/// | `/-/healthy`, `/-/ready` | {@link io.varve.remote.HealthEndpoints} |
///
/// A request runs on one platform thread from its first byte to its last, and what it may hold is
/// counted: bytes of requests in {@link io.varve.remote.ByteBudget}, threads in {@link
/// io.varve.remote.Gate}. What is wrong with a request leaves an endpoint as a {@link
/// io.varve.remote.Refusal}, whatever else goes wrong as an ordinary exception; {@link
/// io.varve.remote.Route} answers for both.
@NullMarked
package io.varve.remote;

import org.jspecify.annotations.NullMarked;
