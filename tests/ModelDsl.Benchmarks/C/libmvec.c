// Seconds per element of a function over 4096 floats in the first cache, by glibc's vector library. The flags let the compiler call it: without -ffast-math it must not.
// gcc -O3 -march=native -ffast-math -mprefer-vector-width=512 libmvec.c -lm; ./a.out FUNCTION prints the median of rounds.
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { N = 4096, ROUNDS = 9, REPETITIONS = 500 };

// Not static: what no other file could read would not have to be computed.
float x[N] __attribute__((aligned(64))), positive[N] __attribute__((aligned(64))), y[N] __attribute__((aligned(64)));

#define FUNCTION(name, from, expression)                       \
    __attribute__((noinline)) static void name##_loop(void)    \
    {                                                          \
        for (int i = 0; i < N; i++) { float v = from[i]; y[i] = expression; } \
        __asm__ volatile("" ::: "memory");                     \
    }

FUNCTION(copy, x, v)
FUNCTION(exp, x, expf(v))
FUNCTION(expm1, x, expm1f(v))
FUNCTION(log, positive, logf(v))
FUNCTION(log1p, positive, log1pf(v))
FUNCTION(tanh, x, tanhf(v))
FUNCTION(sigmoid, x, 1 / (1 + expf(-v)))
FUNCTION(silu, x, v / (1 + expf(-v)))
FUNCTION(softplus, x, fmaxf(v, 0) + log1pf(expf(-fabsf(v))))
FUNCTION(erf, x, erff(v))
FUNCTION(gelu, x, 0.5f * v * (1 + erff(v * 0.70710678f)))
FUNCTION(sin, x, sinf(v))
FUNCTION(cos, x, cosf(v))

static const struct { const char *name; void (*run)(void); } functions[] = {
    {"copy", copy_loop}, {"exp", exp_loop}, {"expm1", expm1_loop}, {"log", log_loop}, {"log1p", log1p_loop}, {"tanh", tanh_loop}, {"sigmoid", sigmoid_loop},
    {"silu", silu_loop}, {"softplus", softplus_loop}, {"erf", erf_loop}, {"gelu", gelu_loop}, {"sin", sin_loop}, {"cos", cos_loop},
};

static double now(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return t.tv_sec + 1e-9 * t.tv_nsec;
}

static int ascending(const void *a, const void *b)
{
    double p = *(const double *)a, q = *(const double *)b;
    return p < q ? -1 : p > q;
}

int main(int count, char **arguments)
{
    for (int i = 0; i < N; i++) {
        x[i] = 16 * (i + 0.5f) / N - 8;
        positive[i] = exp(20 * (i + 0.5) / N - 10);
    }
    for (size_t f = 0; f < sizeof functions / sizeof *functions; f++) {
        if (count != 2 || strcmp(arguments[1], functions[f].name)) continue;
        double rounds[ROUNDS];
        for (int r = -ROUNDS; r < ROUNDS; r++) { // the first half warms up
            double start = now();
            for (int i = 0; i < REPETITIONS; i++) functions[f].run();
            if (r >= 0) rounds[r] = (now() - start) / REPETITIONS / N;
        }
        qsort(rounds, ROUNDS, sizeof *rounds, ascending);
        printf("%.6g\n", rounds[ROUNDS / 2]);
        return 0;
    }
    fprintf(stderr, "no such function\n");
    return 1;
}
