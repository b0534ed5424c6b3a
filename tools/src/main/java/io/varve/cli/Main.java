package io.varve.cli;

/// The program.
public final class Main {
  private Main() {}

  public static void main(String[] args) {
    KubernetesSeries.generate(3, System.out::println);
  }
}
