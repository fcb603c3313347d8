"""Community digital teams (Tổ công nghệ số cộng đồng): who helps where, and what their leaders work with."""
