import CCompression
import CKernels
