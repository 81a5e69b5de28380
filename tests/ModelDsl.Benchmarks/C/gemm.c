// Products of row-major matrices by a library that is there: OpenBLAS, BLIS or oneDNN.
// gcc -O3 -march=native gemm.c -ldl
// ./a.out LIBRARY version                   prints it, or exits with 1 where there is no such library
// ./a.out LIBRARY M N K nn|nt|tn FILE       writes the product of the matrices below to FILE
// ./a.out LIBRARY M N K nn|nt|tn            prints the seconds of one product, the median of rounds
#include <dlfcn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef void (*cblas_gemm)(int order, int transposeA, int transposeB, int m, int n, int k, float alpha, const float *a, int lda, const float *b, int ldb, float beta, float *c, int ldc);
typedef int (*dnnl_gemm)(char transposeA, char transposeB, long m, long n, long k, float alpha, const float *a, long lda, const float *b, long ldb, float beta, float *c, long ldc);

enum { ROW_MAJOR = 101, NO_TRANSPOSE = 111, TRANSPOSE = 112, ROUNDS = 9 };

static const struct { const char *name, *file, *function; } libraries[] = {
    {"openblas", "libopenblas.so.0", "cblas_sgemm"}, {"blis", "libblis.so.4", "cblas_sgemm"}, {"onednn", "libdnnl.so.2", "dnnl_sgemm"}, {"onednn", "libdnnl.so.3", "dnnl_sgemm"},
};

static cblas_gemm cblas;
static dnnl_gemm dnnl;

static void multiply(int isTN, int isNT, int m, int n, int k, const float *a, const float *b, float *c)
{
    int lda = isTN ? m : k, ldb = isNT ? k : n;
    if (dnnl) dnnl(isTN ? 'T' : 'N', isNT ? 'T' : 'N', m, n, k, 1, a, lda, b, ldb, 0, c, n);
    else cblas(ROW_MAJOR, isTN ? TRANSPOSE : NO_TRANSPOSE, isNT ? TRANSPOSE : NO_TRANSPOSE, m, n, k, 1, a, lda, b, ldb, 0, c, n);
}

static int print_version(void *library)
{
    const char *(*openblas)(void) = dlsym(library, "openblas_get_config"), *(*blis)(void) = dlsym(library, "bli_info_get_version_str");
    const int *(*onednn)(void) = dlsym(library, "dnnl_version");
    if (onednn) return printf("%d.%d.%d\n", onednn()[0], onednn()[1], onednn()[2]) < 0;
    return printf("%s\n", openblas ? openblas() : blis ? blis() : "?") < 0;
}

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

// Multiples of 1/64 in [-0.5, 0.5]: their products are multiples of 2^-12, and sums of 3072 of them still fit in a float's 24 bits. So every order of summation has the same result.
static float *filled(long count, int step, int modulus)
{
    float *x = aligned_alloc(64, (count * 4 + 63) / 64 * 64);
    for (long i = 0; i < count; i++) x[i] = i * step % modulus * 0.015625f - 0.5f;
    return x;
}

int main(int count, char **arguments)
{
    for (size_t i = 0; count > 2 && i < sizeof libraries / sizeof *libraries; i++) {
        if (strcmp(arguments[1], libraries[i].name)) continue;
        void *library = dlopen(libraries[i].file, RTLD_NOW | RTLD_LOCAL);
        void *function = library ? dlsym(library, libraries[i].function) : NULL;
        if (!function) continue;
        if (!strcmp(arguments[1], "onednn")) dnnl = (dnnl_gemm)function;
        else cblas = (cblas_gemm)function;
        if (count == 3) return print_version(library);
        break;
    }
    if (!cblas && !dnnl) return fprintf(stderr, "no such library\n"), 1;
    if (count < 6) return fprintf(stderr, "LIBRARY M N K nn|nt|tn [FILE]\n"), 1;
    int m = atoi(arguments[2]), n = atoi(arguments[3]), k = atoi(arguments[4]), isTN = !strcmp(arguments[5], "tn"), isNT = !strcmp(arguments[5], "nt");
    float *a = filled((long)m * k, 37, 61), *b = filled((long)k * n, 53, 59), *c = filled((long)m * n, 0, 1);
    multiply(isTN, isNT, m, n, k, a, b, c);
    if (count > 6) {
        FILE *file = fopen(arguments[6], "wb");
        return !file || fwrite(c, 4, (long)m * n, file) != (size_t)m * n || fclose(file);
    }
    double start = now(), rounds[ROUNDS];
    int repetitions = 0;
    for (; now() - start < 0.4; repetitions++) multiply(isTN, isNT, m, n, k, a, b, c);
    repetitions = repetitions / 8 + 1;
    for (int r = 0; r < ROUNDS; r++) {
        start = now();
        for (int i = 0; i < repetitions; i++) multiply(isTN, isNT, m, n, k, a, b, c);
        rounds[r] = (now() - start) / repetitions;
    }
    qsort(rounds, ROUNDS, sizeof *rounds, ascending);
    printf("%.9g\n", rounds[ROUNDS / 2]);
    return 0;
}
