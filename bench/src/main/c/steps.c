/*
 * Lets a thread of another process run instruction by instruction and prints where each of them was: its address,
 * one a line, in hexadecimal. For machines whose counters a virtual machine hides; Linux on x86-64.
 *
 * usage: steps THREAD COUNT
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/ptrace.h>
#include <sys/user.h>
#include <sys/wait.h>

static int step(pid_t thread, struct user_regs_struct *registers) {
  int status;
  return ptrace(PTRACE_SINGLESTEP, thread, 0, 0) == 0 && waitpid(thread, &status, __WALL) == thread &&
         WIFSTOPPED(status) && ptrace(PTRACE_GETREGS, thread, 0, registers) == 0;
}

int main(int count, char **words) {
  if (count != 3) {
    fprintf(stderr, "usage: steps THREAD COUNT\n");
    return 2;
  }
  pid_t thread = atoi(words[1]);
  int status;
  if (ptrace(PTRACE_SEIZE, thread, 0, 0) != 0 || ptrace(PTRACE_INTERRUPT, thread, 0, 0) != 0 ||
      waitpid(thread, &status, __WALL) != thread) {
    perror("steps");
    return 1;
  }
  struct user_regs_struct registers;
  for (long left = atol(words[2]); left > 0; left--) {
    if (!step(thread, &registers)) {
      perror("steps");
      return 1;
    }
    printf("%llx\n", registers.rip);
  }
  ptrace(PTRACE_DETACH, thread, 0, 0);
  return 0;
}
