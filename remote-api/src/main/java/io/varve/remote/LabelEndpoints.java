package io.varve.remote;

import io.javalin.http.Context;
import io.varve.Querier;
import io.varve.Queryable;
import io.varve.model.Labels;
import io.varve.model.Matcher;
import io.varve.model.SelectorParser;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/// The label queries of Prometheus' API: which series, label names and label values there are.
/// Answers come in the {@link JsonEnvelope}. Thread-safe.
final class LabelEndpoints {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Matcher[] EVERYTHING = {};

  private final BodyReader bodies;
  private final Gate gate =
      new Gate(
          "label queries", RequestThreads.LABEL_QUERIES, RequestThreads.LABEL_QUERIES, PATIENCE);

  LabelEndpoints(BodyReader bodies) {
    this.bodies = bodies;
  }

  /// What a request asks for.
  ///
  /// @param selections one for each selector; their union is meant
  private record Question(List<Matcher[]> selections, long mint, long maxt, int limit) {

    /// @throws Refusal if a parameter is wrong
    static Question of(Parameters parameters) {
      var selections = new ArrayList<Matcher[]>();
      for (String selector : parameters.all("match[]")) {
        try {
          List<Matcher> matchers = Matcher.requireNonEmpty(SelectorParser.parse(selector));
          selections.add(matchers.toArray(Matcher[]::new));
        } catch (IllegalArgumentException e) {
          throw Parameters.invalid("match[]", e);
        }
      }
      long mint = parameters.time("start", ApiTime.MIN);
      long maxt = parameters.time("end", ApiTime.MAX);
      if (mint > maxt) {
        throw Refusal.badRequest("the parameter \"end\" is before \"start\"");
      }
      return new Question(List.copyOf(selections), mint, maxt, parameters.limit());
    }

    List<Matcher[]> selectionsOrEverything() {
      return selections.isEmpty() ? List.<Matcher[]>of(EVERYTHING) : selections;
    }
  }

  private interface Answer {
    void give(Question question, Querier querier) throws IOException;
  }

  /// `/api/v1/series`
  void series(Context context, Queryable store) throws IOException {
    HttpServletResponse response = context.res();
    serve(
        context,
        store,
        (question, querier) -> {
          if (question.selections().isEmpty()) {
            throw Refusal.badRequest("no match[] parameter provided");
          }
          JsonEnvelope.series(response, series(question, querier), question.limit());
        });
  }

  private static Collection<Labels> series(Question question, Querier querier) {
    if (question.selections().size() == 1) {
      return querier.series(question.selections().getFirst());
    }
    var union = new TreeSet<Labels>();
    for (Matcher[] matchers : question.selections()) {
      union.addAll(querier.series(matchers));
    }
    return union;
  }

  /// `/api/v1/labels`
  void names(Context context, Queryable store) throws IOException {
    HttpServletResponse response = context.res();
    serve(
        context,
        store,
        (question, querier) ->
            JsonEnvelope.strings(response, union(question, querier::labelNames), question.limit()));
  }

  /// `/api/v1/label/{name}/values`
  void values(Context context, Queryable store) throws IOException {
    HttpServletResponse response = context.res();
    String name = EscapedName.unescape(context.pathParam("name"));
    serve(
        context,
        store,
        (question, querier) ->
            JsonEnvelope.strings(
                response,
                union(question, matchers -> querier.labelValues(name, matchers)),
                question.limit()));
  }

  /// In the order of the sets, which is that of the bytes in UTF-8.
  private static SortedSet<String> union(
      Question question, Function<Matcher[], SortedSet<String>> select) {
    List<Matcher[]> selections = question.selectionsOrEverything();
    SortedSet<String> first = select.apply(selections.getFirst());
    if (selections.size() == 1) {
      return first;
    }
    var union = new TreeSet<>(first);
    selections.stream().skip(1).map(select).forEach(union::addAll);
    return union;
  }

  private void serve(Context context, Queryable store, Answer answer) throws IOException {
    gate.enter();
    try {
      Question question = Question.of(Parameters.of(context.req(), bodies));
      try (Querier querier = store.querier(question.mint(), question.maxt())) {
        answer.give(question, querier);
      }
    } finally {
      gate.leave();
    }
  }
}
