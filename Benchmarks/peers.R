# Rscript peers.R FILE THREADS: data.table's fread, then the same fit and the same line of JSON as peers.py.
argument <- commandArgs(TRUE)
data.table::setDTthreads(as.integer(argument[2]))
table <- data.table::fread(argument[1], showProgress = FALSE)
x <- as.matrix(table[, vapply(table, is.numeric, TRUE), with = FALSE])
fit <- cov.wt(x, method = "ML")
n <- nrow(x)
d <- ncol(x)
logLikelihood <- -0.5 * n * (d * log(2 * pi) + as.numeric(determinant(fit$cov)$modulus) + d)
cat(sprintf('{"n": %d, "d": %d, "mean": %.17g, "variance": %.17g, "logLikelihood": %.17g}\n',
            n, d, fit$center[[1]], fit$cov[1, 1], logLikelihood))
